import { describe, expect, test } from 'vitest'
import { resetSession, setCapture } from '../../src/storage/sqlite/session.ts'
import { CapturedDatabase } from './captured-database.ts'
import { PRODUCTS } from './products.ts'

const NORDLYS = `INSERT INTO contact (contact_id, name, associate_id) VALUES (7, 'Nordlys', 3);`
const SALE = `INSERT INTO sale VALUES (1, 'Boats', 3, 7, 50);`

describe.each(PRODUCTS)('%s: what is a change', (_, open) => {
  test('an insert, an update and a delete are one row each', async () => {
    await using base = await open()
    await base.run(NORDLYS)
    await base.run(`UPDATE contact SET name = 'Nordlys AS' WHERE contact_id = 7`)
    await base.run('DELETE FROM contact WHERE contact_id = 7')

    expect(await base.news()).toEqual(['Insert contact 7', 'Update contact 7', 'Delete contact 7'])
  })

  test('a save that changes no value writes nothing', async () => {
    await using base = await open({ before: NORDLYS })
    await base.run(`UPDATE contact SET name = 'Nordlys', associate_id = 3, contact_id = 7`)

    expect(await base.news()).toEqual([])
  })

  test('a change of letter case is a change, also where the column ignores it', async () => {
    await using base = await open({ before: NORDLYS })
    await base.run(`UPDATE contact SET name = 'NORDLYS'`)

    expect(await base.news()).toEqual(['Update contact 7'])
  })

  test('to NULL and from NULL are changes', async () => {
    await using base = await open({ before: NORDLYS })
    await base.run('UPDATE contact SET category = NULL')
    await base.run('UPDATE contact SET category = NULL')
    await base.run('UPDATE contact SET category = 4')

    expect(await base.news()).toEqual(['Update contact 7', 'Update contact 7'])
  })

  test('a change of derived fields alone is not logged', async () => {
    await using base = await open({ before: NORDLYS })
    await base.run('UPDATE contact SET sales = 12')

    expect(await base.news()).toEqual([])
  })

  test('each row of a statement is a change of its own', async () => {
    await using base = await open()
    await base.run(`INSERT INTO contact (contact_id, category) VALUES (1, 1), (2, 1), (3, 2)`)
    await base.run('UPDATE contact SET category = 5 WHERE category = 1')
    expect(await base.news()).toEqual([
      ...['Insert contact 1', 'Insert contact 2', 'Insert contact 3'],
      ...['Update contact 1', 'Update contact 2'],
    ])

    await base.run('DELETE FROM contact')
    const deleted = ['Delete contact 1', 'Delete contact 2', 'Delete contact 3']
    expect((await base.news()).sort()).toEqual(deleted)
  })

  test('a record whose key changes is deleted and inserted', async () => {
    await using base = await open({ before: NORDLYS })
    await base.run('UPDATE contact SET contact_id = 8, associate_id = 4')

    expect(await base.news()).toEqual(['Delete contact 7', 'Insert contact 8'])
  })

  test('foreign keys that cascade are captured in the table they reach', async () => {
    await using base = await open({ before: NORDLYS + SALE })
    await base.run('UPDATE contact SET contact_id = 8')
    await base.run('DELETE FROM contact')

    expect((await base.news()).sort()).toEqual([
      ...['Delete contact 7', 'Delete contact 8', 'Delete sale 1', 'Insert contact 8'],
      ...['Update sale 1', 'UpdateContact sale 1 (7)'],
    ])
  })

  test('what is rolled back was never logged', async () => {
    await using base = await open({ before: NORDLYS })
    await base.run(`BEGIN; UPDATE contact SET name = 'A'; SAVEPOINT inner_one; DELETE FROM contact;
      ROLLBACK TO inner_one; INSERT INTO contact (contact_id) VALUES (9); COMMIT`)
    await base.run(`BEGIN; DELETE FROM contact; ROLLBACK`)

    expect(await base.news()).toEqual(['Update contact 7', 'Insert contact 9'])
  })

  test('names with quotes and reserved words are captured like any other', async () => {
    await using base = await open({ child: true, before: `INSERT INTO "o'dd ""ly" VALUES (1, 'a', 2);` })
    await base.run(`UPDATE "o'dd ""ly" SET "va'lue" = 'b', "group" = 3`)
    await base.run(`DELETE FROM "o'dd ""ly" WHERE "group" = 3`)

    const odd = `o'dd "ly 1`
    expect(await base.news()).toEqual([`Update ${odd}`, `UpdateOwner ${odd} (2)`, `Delete ${odd}`])
  })
})

describe.each(PRODUCTS)('%s: the rows of one save', (_, open) => {
  test('previous owner, contact and project follow the update, in that order', async () => {
    await using base = await open({ before: NORDLYS + SALE })
    await base.run('INSERT INTO contact (contact_id) VALUES (8)')
    await base.run(`UPDATE sale SET project_id = 51, contact_id = 8, associate_id = 4`)

    expect((await base.news()).slice(1)).toEqual([
      'Update sale 1',
      'UpdateOwner sale 1 (3)',
      'UpdateContact sale 1 (7)',
      'UpdateProject sale 1 (50)',
    ])
  })

  test('a previous owner that was empty is 0', async () => {
    await using base = await open({ before: 'INSERT INTO contact (contact_id) VALUES (7);' })
    await base.run('UPDATE contact SET associate_id = 4')

    expect(await base.news()).toEqual(['Update contact 7', 'UpdateOwner contact 7'])
  })

  test('of two owner fields each has its row, the second names its field', async () => {
    await using base = await open({ before: `INSERT INTO voyage VALUES (1, 11, 22, 'Oslo');` })
    await base.run('UPDATE voyage SET captain_id = 12, engineer_id = 23')
    await base.run('UPDATE voyage SET engineer_id = 24')

    expect(await base.news()).toEqual([
      ...['Update voyage 1', 'UpdateOwner voyage 1 (11)', 'UpdateOwner voyage 1 (22) field 2'],
      ...['Update voyage 1', 'UpdateOwner voyage 1 (23) field 2'],
    ])
  })

  test('field parts come first, with the masks of the published example, and empty parts are left out', async () => {
    await using base = await open({
      fieldLevel: ['wide'],
      before: 'INSERT INTO wide (wide_id) VALUES (1);',
    })
    const fields = [5, 9, 10, 64 + 1, 64 + 2, 64 + 3, 64 + 4, 64 + 5, 96 + 9]
    await base.run(`UPDATE wide SET ${fields.map(field => `f${field} = 1`)}`)

    expect(await base.news()).toEqual([
      'UpdateFieldPart1 wide 1 (1568)',
      'UpdateFieldPart3 wide 1 (62)',
      'UpdateFieldPart4 wide 1 (512)',
      'Update wide 1',
    ])
  })

  test('a mask goes up to 2^32 - 1', async () => {
    await using base = await open({
      fieldLevel: ['wide'],
      before: 'INSERT INTO wide (wide_id) VALUES (1);',
    })
    await base.run('UPDATE wide SET f1 = 1')
    await base.run('UPDATE wide SET f31 = 1')
    await base.run(`UPDATE wide SET ${Array.from({ length: 32 }, (_, bit) => `f${32 + bit} = 1`)}`)

    expect((await base.news()).filter(row => row.startsWith('UpdateFieldPart'))).toEqual([
      'UpdateFieldPart1 wide 1 (2)',
      'UpdateFieldPart1 wide 1 (2147483648)',
      'UpdateFieldPart2 wide 1 (4294967295)',
    ])
  })

  test('a derived field is in no mask', async () => {
    await using base = await open({ fieldLevel: ['contact'], before: NORDLYS })
    await base.run(`UPDATE contact SET name = 'Nordlys AS', associate_id = 4, sales = 1`)

    expect(await base.news()).toEqual([
      'UpdateFieldPart1 contact 7 (6)',
      'Update contact 7',
      'UpdateOwner contact 7 (3)',
    ])
  })
})

describe.each(PRODUCTS)('%s: who and when', (_, open) => {
  test('each transaction names its own associate; without one the default stands', async () => {
    await using base = await open()
    for (const [associate, contact] of [
      [21, 1],
      [22, 2],
      [null, 3],
    ] as const)
      await base.as({ associate }, `INSERT INTO contact (contact_id) VALUES (${contact})`)
    await base.run('INSERT INTO contact (contact_id) VALUES (4)')

    const rows = await base.all('SELECT associate_id AS who FROM traveltransactionlog ORDER BY record_id')
    expect(rows).toEqual([{ who: 21 }, { who: 22 }, { who: 1 }, { who: 1 }])
  })

  test('the time is that of the test clock where it is set, else UTC seconds', async () => {
    await using base = await open()
    await base.run('UPDATE hc_session SET now = 1795233906; INSERT INTO contact (contact_id) VALUES (1)')
    await base.run('UPDATE hc_session SET now = NULL; INSERT INTO contact (contact_id) VALUES (2)')

    const times = await base.all<{ ttime: number | string }>(
      'SELECT ttime FROM traveltransactionlog ORDER BY record_id',
    )
    const [first, second] = times.map(({ ttime }) => Number(ttime))
    expect(first).toBe(1795233906)
    expect(Math.abs(Date.now() / 1000 - second!)).toBeLessThan(60)
  })

  test('what is written while capture is off is not logged', async () => {
    await using base = await open({ before: NORDLYS + SALE })
    await base.as(
      { capture: 'off' },
      `UPDATE contact SET name = 'From a packet'; INSERT INTO contact (contact_id) VALUES (8);
      INSERT INTO code VALUES (1, 'a', 1, '', 1); DELETE FROM sale; UPDATE contact SET contact_id = 9 WHERE contact_id = 8`,
    )
    await base.run('INSERT INTO contact (contact_id) VALUES (10)')

    expect(await base.news()).toEqual(['Insert contact 10'])
  })
})

describe('on SQLite alone', () => {
  test.each([['rowid'], ['_rowid_'], ['oid']])('%s is another name of the key', async key => {
    using base = new CapturedDatabase({ before: NORDLYS })
    base.run(`UPDATE contact SET ${key} = 8, associate_id = 4`)

    expect(await base.news()).toEqual(['Delete contact 7', 'Insert contact 8'])
  })

  test('log ids of what was rolled back are used again', () => {
    using base = new CapturedDatabase({ before: NORDLYS })
    base.run(`BEGIN; DELETE FROM contact; ROLLBACK; UPDATE contact SET name = 'A'`)

    expect(base.value('SELECT max(traveltransactionlog_id) FROM traveltransactionlog')).toBe(1)
  })

  test('names with quotes may be replaced', async () => {
    using base = new CapturedDatabase({ child: true, before: `INSERT INTO "o'dd ""ly" VALUES (1, 'a', 2);` })
    base.run(`REPLACE INTO "o'dd ""ly" VALUES (1, 'c', 4)`)

    expect(await base.news()).toEqual([`Update o'dd "ly 1`, `UpdateOwner o'dd "ly 1 (2)`])
  })

  test('nothing is logged of rows that are replaced while capture is off', async () => {
    using base = new CapturedDatabase({ before: NORDLYS })
    base.db.transaction(() => {
      setCapture(base.db, 'off')
      base.run('REPLACE INTO contact (contact_id) VALUES (8)')
      base.run(`INSERT INTO code VALUES (1, 'a', 1, '', 1); REPLACE INTO code VALUES (2, 'b', 1, '', 1)`)
      resetSession(base.db)
    })()

    expect(await base.news()).toEqual([])
  })
})
