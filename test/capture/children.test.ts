import { describe, expect, test } from 'vitest'
import { firstId, lastId, TRAVEL_PREFIX } from '../../src/core/ids.ts'
import { resetSession, setCapture } from '../../src/storage/sqlite/session.ts'
import { CapturedDatabase } from './captured-database.ts'

const NORDLYS = `INSERT INTO contact (contact_id, name, associate_id) VALUES (7, 'Nordlys', 3);`
const NORWAY = `INSERT INTO country VALUES (47, 'Norway');`
const OWN = firstId(TRAVEL_PREFIX)
/** Names of the records with agreed values. */
const BASE = 'SELECT contact_id AS id, name FROM hc_base_5'

describe('the agreed values', () => {
  test('a child keeps those that a record had at its first change', () => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run(`UPDATE contact SET name = 'First'; UPDATE contact SET name = 'Second'; DELETE FROM contact`)

    expect(base.all(BASE)).toEqual([{ id: 7, name: 'Nordlys' }])
  })

  test('an outer OR REPLACE does not overwrite them', () => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run(`UPDATE OR REPLACE contact SET name = 'First'; UPDATE OR REPLACE contact SET name = 'Second'`)

    expect(base.all(BASE)).toEqual([{ id: 7, name: 'Nordlys' }])
  })

  test('an insert has none; a changed key keeps those of the old one', () => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run(`INSERT INTO contact (contact_id) VALUES (${OWN})`)
    expect(base.all(BASE)).toEqual([])

    base.run(`UPDATE contact SET contact_id = ${OWN + 1} WHERE contact_id = 7`)
    expect(base.all(BASE)).toEqual([{ id: 7, name: 'Nordlys' }])
  })

  test('nothing is kept for derived fields alone, nor while packets are applied', () => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run('UPDATE contact SET sales = 3')
    base.db.transaction(() => {
      setCapture(base.db, 'off')
      base.run(`UPDATE contact SET name = 'From the parent'`)
      resetSession(base.db)
    })()

    expect(base.all(BASE)).toEqual([])
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
})

describe('what a child refuses', () => {
  test.each([
    ['an insert', `INSERT INTO country VALUES (${OWN}, 'Narnia')`],
    ['an update', `UPDATE country SET name = 'Noreg'`],
    ['a changed key', 'UPDATE country SET country_id = 48'],
    ['a deletion', 'DELETE FROM country'],
    ['a replacement', `REPLACE INTO country VALUES (47, 'Noreg')`],
  ])('%s in a table that it may not send up', async (_, statement) => {
    using base = new CapturedDatabase({ child: true, before: NORWAY })

    expect(() => base.run(statement)).toThrow('HC:TABLE_READ_ONLY country ')
    expect(base.all('SELECT * FROM country')).toEqual([{ country_id: 47, name: 'Norway' }])
    expect(await base.news()).toEqual([])
  })

  test('a parent changes the same table', async () => {
    using base = new CapturedDatabase({ before: NORWAY })
    base.run(`UPDATE country SET name = 'Noreg'`)

    expect(await base.news()).toEqual(['Update country 47'])
  })

  test.each([
    ['an insert', `INSERT INTO contact (contact_id) VALUES (${OWN})`],
    ['an update', `UPDATE contact SET name = 'Late'`],
    ['a deletion', 'DELETE FROM contact'],
    ['a replacement', `REPLACE INTO contact (contact_id, name) VALUES (7, 'Late')`],
  ])('%s once it is closed for homecoming', (_, statement) => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run('UPDATE hc_session SET closed = 1')

    expect(() => base.run(statement)).toThrow('HC:CHILD_CLOSED contact')
    expect(base.all(`SELECT contact_id, name FROM contact`)).toEqual([{ contact_id: 7, name: 'Nordlys' }])
  })

  test.each([
    ['an id of the parent', 8],
    ['an id below its range', OWN - 2],
    ['an id above its range', lastId(TRAVEL_PREFIX) + 1],
  ])('an insert with %s', (_, id) => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })

    expect(() => base.run(`INSERT INTO contact (contact_id) VALUES (${id})`)).toThrow(
      'HC:ID_OUT_OF_RANGE contact',
    )
  })

  test('nothing of this concerns what packets bring', () => {
    using base = new CapturedDatabase({ child: true, before: NORWAY })
    base.run('UPDATE hc_session SET closed = 1, capture = 0')

    base.run(`INSERT INTO contact (contact_id) VALUES (8); UPDATE country SET name = 'Noreg'`)
    expect(base.value('SELECT count(*) FROM contact, country')).toBe(1)
  })
})

describe('which ids a child may give', () => {
  test.each([
    ['a traveller', {}, 'contact', TRAVEL_PREFIX],
    ['a traveller in a table with its own prefix', {}, 'voyage', 0x75],
    ['a satellite', { prefix: 3 }, 'contact', 3],
    ['a satellite in a table with a travel prefix', { prefix: 3 }, 'voyage', 3],
  ])('%s: the first and the last of its range', async (_, where, table, prefix) => {
    using base = new CapturedDatabase({ child: true, ...where })
    const [first, last] = [firstId(prefix), lastId(prefix)]
    base.run(`INSERT INTO ${table} (${table}_id) VALUES (${first}), (${last})`)

    expect(await base.news()).toEqual([`Insert ${table} ${first}`, `Insert ${table} ${last}`])
  })

  test('a record that it had and deleted may come back', async () => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run('DELETE FROM contact; INSERT INTO contact (contact_id) VALUES (7)')

    expect(await base.news()).toEqual(['Delete contact 7', 'Insert contact 7'])
  })

  test('a record of the parent may be replaced', async () => {
    using base = new CapturedDatabase({ child: true, before: NORDLYS })
    base.run(`REPLACE INTO contact (contact_id, name) VALUES (7, 'New')`)

    expect(await base.news()).toEqual(['Update contact 7', 'UpdateOwner contact 7 (3)'])
  })
})
