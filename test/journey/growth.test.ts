import { expect, test } from 'vitest'
import { growDictionary } from '../../src/travel/grow.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

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
