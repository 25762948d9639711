import { describe, expect, test } from 'vitest'
import { firstId, lastId, TRAVEL_PREFIX } from '../../src/core/ids.ts'
import { CapturedDatabase } from './captured-database.ts'
import { PRODUCTS } from './products.ts'

const NORDLYS = `INSERT INTO contact (contact_id, name, associate_id) VALUES (7, 'Nordlys', 3);`
const NORWAY = `INSERT INTO country VALUES (47, 'Norway');`
const OWN = firstId(TRAVEL_PREFIX)
/** Names of the records with agreed values. */
const BASE = 'SELECT contact_id AS id, name FROM hc_base_5'

describe.each(PRODUCTS)('%s: the agreed values', (_, open) => {
  test('a child keeps those that a record had at its first change', async () => {
    await using base = await open({ child: true, before: NORDLYS })
    await base.run(
      `UPDATE contact SET name = 'First'; UPDATE contact SET name = 'Second'; DELETE FROM contact`,
    )

    expect(await base.all(BASE)).toEqual([{ id: 7, name: 'Nordlys' }])
  })

  test('an insert has none; a changed key keeps those of the old one', async () => {
    await using base = await open({ child: true, before: NORDLYS })
    await base.run(`INSERT INTO contact (contact_id) VALUES (${OWN})`)
    expect(await base.all(BASE)).toEqual([])

    await base.run(`UPDATE contact SET contact_id = ${OWN + 1} WHERE contact_id = 7`)
    expect(await base.all(BASE)).toEqual([{ id: 7, name: 'Nordlys' }])
  })

  test('nothing is kept for derived fields alone, nor while packets are applied', async () => {
    await using base = await open({ child: true, before: NORDLYS })
    await base.run('UPDATE contact SET sales = 3')
    await base.as({ capture: 'off' }, `UPDATE contact SET name = 'From the parent'`)

    expect(await base.all(BASE)).toEqual([])
  })
})

describe.each(PRODUCTS)('%s: what a child refuses', (_, open) => {
  test.each([
    ['an insert', `INSERT INTO country VALUES (${OWN}, 'Narnia')`],
    ['an update', `UPDATE country SET name = 'Noreg'`],
    ['a changed key', 'UPDATE country SET country_id = 48'],
    ['a deletion', 'DELETE FROM country'],
  ])('%s in a table that it may not send up', async (_, statement) => {
    await using base = await open({ child: true, before: NORWAY })

    await expect(base.run(statement)).rejects.toThrow('HC:TABLE_READ_ONLY country ')
    expect(await base.all('SELECT * FROM country')).toEqual([{ country_id: 47, name: 'Norway' }])
    expect(await base.news()).toEqual([])
  })

  test('a parent changes the same table', async () => {
    await using base = await open({ before: NORWAY })
    await base.run(`UPDATE country SET name = 'Noreg'`)

    expect(await base.news()).toEqual(['Update country 47'])
  })

  test.each([
    ['an insert', `INSERT INTO contact (contact_id) VALUES (${OWN})`],
    ['an update', `UPDATE contact SET name = 'Late'`],
    ['a deletion', 'DELETE FROM contact'],
  ])('%s once it is closed for homecoming', async (_, statement) => {
    await using base = await open({ child: true, before: NORDLYS })
    await base.run('UPDATE hc_session SET closed = 1')

    await expect(base.run(statement)).rejects.toThrow('HC:CHILD_CLOSED contact')
    expect(await base.all(`SELECT contact_id, name FROM contact`)).toEqual([
      { contact_id: 7, name: 'Nordlys' },
    ])
  })

  test.each([
    ['an id of the parent', 8],
    ['an id below its range', OWN - 2],
    ['an id above its range', lastId(TRAVEL_PREFIX) + 1],
  ])('an insert with %s', async (_, id) => {
    await using base = await open({ child: true, before: NORDLYS })

    await expect(base.run(`INSERT INTO contact (contact_id) VALUES (${id})`)).rejects.toThrow(
      'HC:ID_OUT_OF_RANGE contact',
    )
  })

  test('nothing of this concerns what packets bring', async () => {
    await using base = await open({ child: true, before: NORWAY })
    await base.run('UPDATE hc_session SET closed = 1')

    await base.as(
      { capture: 'off' },
      `INSERT INTO contact (contact_id) VALUES (8); UPDATE country SET name = 'Noreg'`,
    )
    expect(await base.value('SELECT count(*) FROM contact, country')).toBe(1)
  })
})

describe.each(PRODUCTS)('%s: which ids a child may give', (_, open) => {
  test.each([
    ['a traveller', {}, 'contact', TRAVEL_PREFIX],
    ['a traveller in a table with its own prefix', {}, 'voyage', 0x75],
    ['a satellite', { prefix: 3 }, 'contact', 3],
    ['a satellite in a table with a travel prefix', { prefix: 3 }, 'voyage', 3],
  ])('%s: the first and the last of its range', async (_, where, table, prefix) => {
    await using base = await open({ child: true, ...where })
    const [first, last] = [firstId(prefix), lastId(prefix)]
    await base.run(`INSERT INTO ${table} (${table}_id) VALUES (${first}), (${last})`)

    expect(await base.news()).toEqual([`Insert ${table} ${first}`, `Insert ${table} ${last}`])
  })

  test('a record that it had and deleted may come back', async () => {
    await using base = await open({ child: true, before: NORDLYS })
    await base.run('DELETE FROM contact; INSERT INTO contact (contact_id) VALUES (7)')

    expect(await base.news()).toEqual(['Delete contact 7', 'Insert contact 7'])
  })
})

describe('on SQLite alone', () => {
  test('an outer OR REPLACE does not overwrite them', () => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run(`UPDATE OR REPLACE contact SET name = 'First'; UPDATE OR REPLACE contact SET name = 'Second'`)

    expect(base.all(BASE)).toEqual([{ id: 7, name: 'Nordlys' }])
  })

  test('values are kept as they are, whatever their type', () => {
    using base = new CapturedDatabase({
      child: true,
      before: `INSERT INTO contact VALUES (7, x'00ff', 9007199254740993, 1.5, NULL);`,
    })
    base.run('DELETE FROM contact')

    const types = 'typeof(name), hex(name), associate_id = 9007199254740993, category, sales'
    expect(base.db.prepare(`SELECT ${types} FROM hc_base_5`).raw().get()).toEqual([
      'blob',
      '00FF',
      1,
      1.5,
      null,
    ])
  })

  test('a parent keeps none', () => {
    using base = new CapturedDatabase()

    expect(base.all(`SELECT name FROM sqlite_schema WHERE name GLOB 'hc_base*'`)).toEqual([])
  })

  test('a record of the parent may be replaced', async () => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run(`REPLACE INTO contact (contact_id, name) VALUES (7, 'New')`)

    expect(await base.news()).toEqual(['Update contact 7', 'UpdateOwner contact 7 (3)'])
  })

  test.each([
    [
      'in a table that it may not send up',
      `REPLACE INTO country VALUES (47, 'Noreg')`,
      'TABLE_READ_ONLY country ',
    ],
    [
      'once it is closed for homecoming',
      `UPDATE hc_session SET closed = 1; REPLACE INTO contact (contact_id, name) VALUES (7, 'Late')`,
      'CHILD_CLOSED contact',
    ],
  ])('a child refuses a replacement %s', (_, statement, refusal) => {
    using base = new CapturedDatabase({ child: true, before: NORWAY + NORDLYS })

    expect(() => base.run(statement)).toThrow(`HC:${refusal}`)
  })
})
