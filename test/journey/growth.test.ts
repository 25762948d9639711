import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exchange } from '../../src/app/journey.ts'
import { machine } from '../../src/app/wire.ts'
import type { Site } from '../../src/log/site.ts'
import { growDictionary } from '../../src/travel/grow.ts'
import { openSite } from '../../src/travel/open.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice, type TestClock } from '../support/office.ts'

const grown = {
  ...notebook,
  version: 2,
  tables: [
    ...notebook.tables.map(table =>
      table.name === 'book'
        ? { ...table, fields: [...table.fields, { name: 'rating', type: 'int32', default: 5 }] }
        : table,
    ),
    {
      name: 'loan',
      number: 105,
      fields: [
        { name: 'loan_id', type: 'id' },
        {
          name: 'book_id',
          type: 'id',
          default: 0,
          references: { kind: 'plain', table: 'book', owning: true },
        },
      ],
      travels: { down: true, up: true, prototype: true, area: true },
    },
  ],
}

test('a dictionary that grows while people are away reaches them with the next packet', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'before I knew' })
  await growDictionary(office.site, grown)
  await office.desk.update('book', 1, { rating: 1 })
  await office.desk.insert('loan', { book_id: 2 })
  office.clock.pass(60)
  await ee.exchange()
  expect(await ee.desk.get('book', 2)).toMatchObject({ rating: 5 })
  const loan = await ee.desk.insert('loan', { book_id: 1 })
  await ee.desk.update('book', 2, { rating: 3 })
  office.clock.pass(60)
  await ee.exchange()
  expect((await verify(office.site, ee.site)).differences).toEqual([])
  expect(await office.desk.get('book', 2)).toMatchObject({ rating: 3 })
  expect(await ee.desk.get('loan', loan)).toMatchObject({ book_id: 1 })
})

test('what was written before the table grew leaves the new fields as they are', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  await growDictionary(office.site, grown)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'from the road' })
  await ee.exchange()
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'from the road', rating: 5 })
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('any other change is refused with the list of who must come home first', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  await office.leave('ee')
  const shrunk = { ...notebook, version: 2, tables: notebook.tables.slice(0, 3) }
  await expect(growDictionary(office.site, shrunk)).rejects.toMatchObject({
    code: 'PEOPLE_AWAY',
    values: { away: ['ee'] },
  })
})

/** A second process that has had the same database open all the time. */
const beside = ({ site }: { site: Site }, clock: TestClock, folder?: string): Promise<Site> =>
  openSite(machine({ clock }), {
    path: site.path,
    ...(folder === undefined ? {} : { keyFile: join(folder, 'travel.key') }),
  })

test('another program that has the office open writes packets of the grown dictionary, too', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  const other = await beside(office, office.clock)
  await growDictionary(office.site, grown)
  await office.desk.update('book', 1, { rating: 1 })
  await office.desk.insert('loan', { book_id: 2 })
  await exchange(other, ee.site)
  await other.db.close()
  await ee.exchange()

  expect(await ee.desk.get('book', 1)).toMatchObject({ rating: 1 })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})

test('another program that has the laptop open learns what the first has learned', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  const other = await beside(ee, office.clock, ee.folder)
  await growDictionary(office.site, grown)
  await ee.exchange()
  await ee.desk.update('book', 2, { rating: 2 })
  await office.desk.update('book', 1, { rating: 1 })
  const { received, refused } = await exchange(office.site, other)
  await other.db.close()

  expect([...received, ...refused]).toMatchObject([{ what: 'applied' }])
  expect(await office.desk.get('book', 2)).toMatchObject({ rating: 2 })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})
