/** SPEC 6, "Held", at a child: what its own database refuses waits, and never goes over what is newer. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Site } from '../../src/log/site.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, type OfficeOptions, openOffice } from '../support/office.ts'
import { laptopReads, laptopSends, officeReads, officeSends } from '../support/steps.ts'

/** Two books of one title are one too many. */
const oneTitle = {
  ...notebook,
  tables: notebook.tables.map(table =>
    table.name === 'book' ? { ...table, uniqueKeys: [{ fields: ['title'], onCollision: 'reject' }] } : table,
  ),
}

const open = (options: Partial<OfficeOptions> = {}) =>
  openOffice({ dictionary: notebook, fill: fillNotebook, ...options })

const sqlAt = ({ site }: { site: Site }, text: string): Promise<unknown> =>
  site.db.change(write => write.run(sql.raw(text)))

/** A rule that only this laptop has. */
const makeStrict = (laptop: Laptop) =>
  sqlAt(
    laptop,
    `create trigger app_strict before update on book when new.title = 'rude'
      begin select raise(abort, 'mind your words'); end`,
  )
const relax = (laptop: Laptop) => sqlAt(laptop, 'drop trigger app_strict')

test.each([[[]], [['book']]])(
  'records that swapped a unique key swap it at a child too (field by field: %j)',
  async fieldLevel => {
    await using office = await open({ dictionary: oneTitle, fieldLevel })
    const ee = await office.leave('ee')
    await office.desk.update('book', 1, { title: 'Moons' })
    await ee.exchange()
    await office.desk.update('book', 1, { title: 'between' })
    await office.desk.update('book', 2, { title: 'Moons' })
    await office.desk.update('book', 1, { title: 'Stars' })
    await ee.exchange()

    expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'Stars' })
    expect(await ee.desk.get('book', 2)).toMatchObject({ title: 'Moons' })
  },
)

test('records that swap a unique key while something else is in the way swap it when that is gone', async () => {
  await using office = await open({ dictionary: oneTitle, fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  await sqlAt(
    ee,
    `create trigger app_strict before update on book when new.title = 'Ships' begin select raise(abort, 'no'); end`,
  )
  await office.desk.update('book', 1, { title: 'between' })
  await office.desk.update('book', 2, { title: 'Ships' })
  await office.desk.update('book', 1, { title: 'Stars' })
  await ee.exchange()
  expect(await ee.desk.get('book', 2)).toMatchObject({ title: 'Stars' })
  await relax(ee)
  await office.desk.update('topic', 1, { title: 'another packet' })
  await ee.exchange()

  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'Stars' })
  expect(await ee.desk.get('book', 2)).toMatchObject({ title: 'Ships' })
})

test('what waits gives way to a later edit here, field by field, and the rest of it comes', async () => {
  await using office = await open({ fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  await makeStrict(ee)
  await office.desk.update('book', 1, { title: 'rude', topic_id: 0 })
  await ee.exchange()
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'polite' })
  await ee.exchange()
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'polite', topic_id: 0 })
  await relax(ee)
  await office.desk.update('topic', 1, { title: 'another packet' })
  await ee.exchange()

  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'polite', topic_id: 0 })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})

test('a field that waits gives way to a later edit of the same field here', async () => {
  await using office = await open({ fieldLevel: ['book'] })
  const ee = await office.leave('ee')
  await makeStrict(ee)
  await office.desk.update('book', 1, { title: 'rude' })
  await ee.exchange()
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'polite' })
  await ee.exchange()
  await relax(ee)
  await office.desk.update('topic', 1, { title: 'another packet' })
  await ee.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'polite' })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})

test('a deletion that waits gives way to an edit here that brings the record back', async () => {
  await using office = await open({ fieldLevel: ['note'] })
  const ee = await office.leave('ee')
  await sqlAt(ee, `create trigger app_strict before delete on note begin select raise(abort, 'no'); end`)
  await office.desk.delete('note', 1)
  await ee.exchange()
  office.clock.pass(60)
  await ee.desk.update('note', 1, { text: 'still here' })
  await ee.exchange()
  await ee.exchange()
  await relax(ee)
  await office.desk.update('topic', 1, { title: 'another packet' })
  await ee.exchange()

  expect(await office.desk.get('note', 1)).toMatchObject({ text: 'still here' })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})

test.each([[[]], [['book']]])(
  'what the office changed after it had read an edit does not give way to that edit (field by field: %j)',
  async fieldLevel => {
    await using office = await open({ fieldLevel })
    const ee = await office.leave('ee')
    await makeStrict(ee)
    await ee.desk.update('book', 1, { title: 'by ee' })
    await laptopSends(ee)
    await officeReads(ee)
    await office.desk.update('book', 1, { title: 'rude' })
    await officeSends(ee)
    await laptopReads(ee)
    await relax(ee)
    await office.desk.update('topic', 1, { title: 'another packet' })
    await ee.exchange()

    expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'rude' })
  },
)

test('of records that swap a unique key only those wait that are really refused', async () => {
  await using office = await open({ dictionary: oneTitle })
  const ee = await office.leave('ee')
  const books = await Promise.all(
    ['Moons', 'Suns', 'Comets'].map(title => office.desk.insert('book', { title, owner_id: 1 }, 1)),
  )
  const [moons, suns, comets] = books as [number, number, number]
  await ee.exchange()
  await office.desk.update('book', moons, { title: 'between' })
  await office.desk.update('book', suns, { title: 'Moons' })
  await office.desk.update('book', moons, { title: 'Suns' })
  await office.desk.update('book', comets, { title: 'Planets' })
  const own = await ee.desk.insert('book', { title: 'Planets', owner_id: 2 })
  await officeSends(ee)
  await laptopReads(ee)

  expect(await ee.desk.get('book', moons)).toMatchObject({ title: 'Suns' })
  expect(await ee.desk.get('book', suns)).toMatchObject({ title: 'Moons' })
  expect(await ee.desk.get('book', comets)).toMatchObject({ title: 'Comets' })
  await ee.exchange()
  expect(await ee.desk.get('book', own)).toBeUndefined()
  expect(await ee.desk.get('book', comets)).toMatchObject({ title: 'Planets' })
})
