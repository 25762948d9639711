import { expect, test } from 'vitest'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { openOffice } from '../support/office.ts'

const fill = async (site: import('../../src/log/site.ts').Site) => {
  await site.db.change(async write => {
    await write.insert({ table: 'person', key: ['person_id'], columns: ['login'] }, [
      [1, 'admin'],
      [2, 'ee'],
      [3, 'jo'],
    ])
    await write.insert({ table: 'book', key: ['book_id'], columns: ['title', 'owner_id', 'topic_id'] }, [
      [1, 'Ships', 2, 0],
      [2, 'Stars', 3, 0],
    ])
    await write.insert({ table: 'note', key: ['note_id'], columns: ['book_id', 'text'] }, [
      [1, 1, 'keel'],
      [2, 2, 'orbit'],
    ])
  })
}

test('a person leaves, both sides edit, and everyone is home with every edit accounted for', async () => {
  await using office = await openOffice({ dictionary: notebook, fill })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'Ships and boats' })
  const made = await ee.desk.insert('book', { title: 'Rivers', owner_id: 2 })
  await ee.desk.insert('note', { book_id: made, text: 'delta' })
  await office.desk.update('book', 2, { title: 'Stars and dust' }, 3)
  office.clock.pass(60)
  await ee.exchange()
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })

  await office.desk.update('note', 1, { text: 'keel, office' }, 3)
  office.clock.pass(60)
  await ee.desk.update('note', 1, { text: 'keel, road' })
  office.clock.pass(60)
  const { account } = await ee.comeHome()
  expect(account).toMatchObject({ made: 4, created: 2, applied: 4, overruled: 0 })
  expect(await office.desk.get('note', 1)).toMatchObject({ text: 'keel, road' })
  expect(await office.desk.get('book', 3)).toMatchObject({ title: 'Rivers' })
})

test('the later edit wins and the loser is told', async () => {
  await using office = await openOffice({ dictionary: notebook, fill })
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  office.clock.pass(60)
  await jo.desk.update('book', 1, { title: 'by jo' })
  office.clock.pass(60)
  await jo.exchange()
  await ee.exchange()
  await jo.exchange()
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
  expect(await verify(office.site, jo.site)).toMatchObject({ same: true })
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by jo' })
  expect((await ee.comeHome()).account).toMatchObject({ made: 1, overruled: 1, applied: 0 })
  expect((await jo.comeHome()).account).toMatchObject({ made: 1, overruled: 0, applied: 1 })
})
