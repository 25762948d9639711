import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'
import { laptopReads, laptopSends, officeSends } from '../support/steps.ts'

test('two people change different fields of one record, and both changes survive', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await jo.desk.update('book', 1, { topic_id: 0 })
  office.clock.pass(60)
  await jo.exchange()
  await ee.exchange()
  await jo.exchange()
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee', topic_id: 0 })
  expect(await jo.desk.get('book', 1)).toMatchObject({ title: 'by ee', topic_id: 0 })
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by ee', topic_id: 0 })
  expect((await jo.comeHome()).account).toMatchObject({ made: 1, applied: 1, merged: 0 })
  expect((await ee.comeHome()).account).toMatchObject({ made: 1, applied: 0, merged: 1 })
})

test('an edit of one field that is later than a deletion brings the record back with all its values', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.delete('book', 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'still here' })
  office.clock.pass(60)
  await ee.exchange()
  await ee.exchange()
  await ee.exchange()
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'still here', owner_id: 2, topic_id: 1 })
  expect((await ee.comeHome()).account).toMatchObject({ made: 1, applied: 1, held: 0 })
})

test('a record that comes back after everybody heard of its deletion comes with all its values', async () => {
  await using office = await openOffice({
    dictionary: notebook,
    fill: fillNotebook,
    fieldLevel: ['book', 'topic'],
  })
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await office.desk.update('topic', 1, { title: 'the sea' })
  await ee.exchange()
  await office.desk.update('book', 1, { topic_id: 0 })
  await office.desk.delete('topic', 1)
  office.clock.pass(60)
  await ee.desk.update('topic', 1, { title: 'the sea, still here' })
  await jo.exchange()
  expect(await jo.desk.get('topic', 1)).toBeUndefined()
  await ee.exchange()
  await jo.exchange()

  expect(await jo.desk.get('topic', 1)).toMatchObject({ title: 'the sea, still here' })
})

test('a record that the office puts back under its id is new in every field', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await office.desk.update('book', 2, { title: 'Stars and planets' })
  await jo.exchange()
  await office.desk.delete('book', 2)
  await jo.exchange()
  await ee.desk.update('book', 2, { owner_id: 2 })
  office.clock.pass(60)
  await office.desk.insertAs('book', 2, { title: 'Comets', owner_id: 1, topic_id: 1 })
  await jo.exchange()
  await ee.exchange()

  expect(await jo.desk.get('book', 2)).toMatchObject({ title: 'Comets', owner_id: 1, topic_id: 1 })
  expect(await office.desk.get('book', 2)).toMatchObject({ title: 'Comets', owner_id: 1 })
  expect(await ee.desk.get('book', 2)).toMatchObject({ title: 'Comets', owner_id: 1, topic_id: 1 })
})

test('who loses a field is who changed that field, whoever has changed the record since', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'of the office' }, 1)
  await jo.desk.update('book', 1, { topic_id: 0 }, 3)
  await jo.exchange()
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'of ee' }, 2)
  await ee.exchange()

  expect(await conflicts(office.site)).toMatchObject([
    {
      loser: { associate: 1 },
      winner: { associate: 2 },
      fields: [{ field: 'title', mine: 'of the office' }],
    },
  ])
})

test.each(['the office', 'the laptop'])(
  'two people who wrote the same in a field have no conflict, also where others of their fields differ: the later one is %s',
  async later => {
    await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
    const ee = await office.leave('ee')
    office.clock.pass(60)
    if (later === 'the laptop') office.desk.skew = -30
    else ee.desk.skew = -30
    await office.desk.update('book', 1, { title: 'the same' }, 1)
    await office.desk.update('book', 2, { title: 'the same', owner_id: 1 }, 1)
    await ee.desk.update('book', 1, { title: 'the same' })
    await ee.desk.update('book', 2, { title: 'the same', owner_id: 2 })
    await ee.exchange()

    const owner = { field: 'owner_id', mine: later === 'the laptop' ? 1 : 2 }
    expect(await conflicts(office.site)).toMatchObject([{ record: 2, fields: [owner] }])
  },
)

test('who displaced somebody in a field that he edits again is in no conflict with himself', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  office.clock.pass(60)
  await office.desk.insertAs('book', 3, { title: 'Rivers', owner_id: 2, topic_id: 1 })
  for (const laptop of [ee, jo]) await laptop.exchange()
  office.clock.pass(60)
  await jo.desk.update('book', 3, { title: 'Rivers, by jo' }, 3)
  await jo.exchange()
  office.clock.pass(60)
  await ee.desk.update('book', 3, { title: 'Rivers, by ee' }, 2)
  await ee.exchange()
  await ee.desk.update('book', 3, { title: 'Rivers, by ee again' }, 2)
  await ee.exchange()

  expect(await conflicts(office.site)).toHaveLength(1)
})

test('whoever edits a field again after two packets have crossed is in no conflict with himself', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee' })
  await office.desk.update('book', 1, { topic_id: 0 })
  await laptopSends(ee)
  await officeSends(ee)
  await laptopReads(ee)
  await ee.exchange()
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee again' })
  await ee.exchange()

  expect(await conflicts(office.site)).toEqual([])
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee again', topic_id: 0 })
})

test('whoever has brought a record back and then edits another field of it is in no conflict with himself', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  await office.desk.delete('book', 1, 1)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await ee.exchange()
  await ee.desk.update('book', 1, { topic_id: 0 })
  await ee.exchange()

  expect(await conflicts(office.site)).toMatchObject([{ loser: { kind: 'delete' } }])
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee', topic_id: 0 })
})
