/** 4 of 7. Where two people changed the same, the later one wins, and the other hears of it and can bring it back. */
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { restoreConflict } from '../../src/travel/conflicts.ts'
import { verify } from '../../src/travel/verify.ts'
import { openNotebook } from '../support/steps.ts'

test('the later edit wins, and the other is kept, field by field', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  await ee.exchange()

  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by the office' })
  const [lost] = await conflicts(ee.site, { who: 'ee' })
  expect(lost).toMatchObject({ verdict: 'overruled', winner: { associate: 1 } })
  expect(lost!.fields).toEqual([{ field: 'title', base: 'Ships', mine: 'by ee', theirs: 'by the office' }])
})

test('one action brings a lost edit back, as an edit of today', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  await ee.exchange()
  office.clock.pass(60)
  const [lost] = await conflicts(ee.site)
  await restoreConflict(ee.site, lost!.id)
  await ee.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
})

test('bringing a lost edit back touches nothing that others have changed since', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  await ee.exchange()
  await office.desk.update('book', 1, { owner_id: 3 }, 1)
  const [lost] = await conflicts(office.site)
  await restoreConflict(office.site, lost!.id)

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee', owner_id: 3 })
})

test('an edit made while away beats an earlier delete at the office', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.delete('book', 1, 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'still wanted' })
  await ee.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'still wanted' })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('a later delete stands, and takes along what belongs to the record', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('note', 1, { text: 'too late' })
  office.clock.pass(60)
  await office.desk.delete('book', 1, 1)
  await ee.exchange()

  expect(await office.desk.get('book', 1)).toBeUndefined()
  expect(await ee.desk.get('book', 1)).toBeUndefined()
  expect(await conflicts(ee.site)).toMatchObject([{ table: 'note', record: 1, reason: 'owner-deleted' }])
})

test('two people who wrote the same have no conflict', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'the same' })
  await office.desk.update('book', 1, { title: 'the same' }, 1)
  await ee.exchange()

  expect(await conflicts(office.site)).toEqual([])
})

test('two entries of one name become one, and nobody has to do anything', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.desk.insert('topic', { title: 'rivers' }, 1)
  const own = await ee.desk.insert('topic', { title: 'rivers' })
  await ee.desk.update('book', 1, { topic_id: own })
  await ee.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ topic_id: 2 })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})
