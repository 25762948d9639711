import { describe, expect, test } from 'vitest'
import { CapturedDatabase } from './captured-database.ts'

const RED = `INSERT INTO code VALUES (1, 'Red', 10, 'warm', 3);`
const BLUE = `INSERT INTO code VALUES (2, 'Blue', 20, 'cold', 4);`

describe.each([['OFF'], ['ON']])('with recursive_triggers=%s', recursive => {
  const open = (before = RED + BLUE, child = false): CapturedDatabase => {
    const base = new CapturedDatabase({ before, child, ...(child ? { prefix: 0 } : {}) })
    base.run(`PRAGMA recursive_triggers = ${recursive}`)
    return base
  }
  /** A client that asked for delete triggers gets a Delete and an Insert: the same record in the end. */
  const replaced = (record: number, ...roles: string[]) =>
    recursive === 'OFF'
      ? [`Update code ${record}`, ...roles]
      : [`Delete code ${record}`, `Insert code ${record}`]

  test('a record replaced under its own key is updated, with its previous owner', async () => {
    using base = open()
    base.run(`INSERT OR REPLACE INTO code VALUES (1, 'Red', 10, 'hot', 5)`)

    expect(await base.news()).toEqual(replaced(1, 'UpdateOwner code 1 (3)'))
  })

  test('a record that another one replaces through a unique key is deleted', async () => {
    using base = open()
    base.run(`INSERT OR REPLACE INTO code VALUES (3, 'Green', 10, '', 3)`)

    expect((await base.news()).sort()).toEqual(['Delete code 1', 'Insert code 3'])
  })

  test('so it is when the unique key ignores case', async () => {
    using base = open()
    base.run(`REPLACE INTO code VALUES (3, 'RED', 30, '', 3)`)

    expect((await base.news()).sort()).toEqual(['Delete code 1', 'Insert code 3'])
  })

  test('so it is when the database gives the key', async () => {
    using base = open()
    base.run(`REPLACE INTO code (name, rank) VALUES ('Green', 20)`)

    expect((await base.news()).sort()).toEqual(['Delete code 2', 'Insert code 3'])
  })

  test('one row may replace several, its own key among them', async () => {
    using base = open(`${RED}${BLUE}INSERT INTO code VALUES (3, 'Green', 30, '', 3);`)
    base.run(`REPLACE INTO code VALUES (1, 'blue', 30, 'all', 3)`)

    expect((await base.news()).sort()).toEqual(['Delete code 2', 'Delete code 3', ...replaced(1)].sort())
  })

  test('UPDATE OR REPLACE deletes the record in the way of a unique key', async () => {
    using base = open()
    base.run(`UPDATE OR REPLACE code SET rank = 20 WHERE code_id = 1`)

    expect((await base.news()).sort()).toEqual(['Delete code 2', 'Update code 1'])
  })

  test('UPDATE OR REPLACE of the key: the old record is deleted, the one in the way is updated', async () => {
    using base = open()
    base.run(`UPDATE OR REPLACE code SET code_id = 2 WHERE code_id = 1`)

    const taken = recursive === 'OFF' ? ['Update code 2', 'UpdateOwner code 2 (4)'] : replaced(2)
    expect((await base.news()).sort()).toEqual(['Delete code 1', ...taken].sort())
  })

  test('rows that are ignored write nothing, then or later', async () => {
    using base = open()
    base.run(`INSERT OR IGNORE INTO code VALUES (1, 'Other', 99, '', 9), (8, 'red', 98, '', 9)`)
    base.run(`INSERT OR IGNORE INTO code (name, rank) VALUES ('Some', 10)`)
    base.run(`UPDATE OR IGNORE code SET rank = 20 WHERE code_id = 1`)
    expect(await base.news()).toEqual([])

    base.run(`INSERT INTO code VALUES (8, 'Eight', 80, '', 3)`)
    base.run(`DELETE FROM code WHERE code_id = 1`)
    base.run(`INSERT INTO code VALUES (1, 'One', 11, '', 3)`)
    base.run(`UPDATE code SET rank = 12 WHERE code_id = 1`)

    expect(await base.news()).toEqual(['Insert code 8', 'Delete code 1', 'Insert code 1', 'Update code 1'])
  })

  test('an upsert that updates is an update only, on whatever key it fell', async () => {
    using base = open()
    base.run(
      `INSERT INTO code VALUES (1, 'Crimson', 10, '', 3) ON CONFLICT (code_id) DO UPDATE SET name = 'Crimson'`,
    )
    base.run(
      `INSERT INTO code VALUES (9, 'x', 20, '', 3) ON CONFLICT (rank) DO UPDATE SET rank = 21, associate_id = 6`,
    )
    base.run(`INSERT INTO code VALUES (9, 'y', 21, '', 3) ON CONFLICT DO NOTHING`)
    base.run(`INSERT INTO code VALUES (9, 'y', 22, '', 3) ON CONFLICT DO NOTHING`)

    expect(await base.news()).toEqual([
      ...['Update code 1', 'Update code 2', 'UpdateOwner code 2 (4)'],
      'Insert code 9',
    ])
  })

  test('an upsert of an unchanged row, then a plain update of it, is one update', async () => {
    using base = open()
    base.run(`INSERT INTO code VALUES (1, 'Red', 10, '', 3) ON CONFLICT (code_id) DO UPDATE SET name = name`)
    base.run(`UPDATE code SET name = 'Ruby' WHERE code_id = 1`)

    expect(await base.news()).toEqual(['Update code 1'])
  })

  test('a statement that fails, alone or among others, leaves no trace', async () => {
    using base = open()
    expect(() => base.run(`INSERT INTO code VALUES (5, 'Five', 50, '', 3), (1, 'One', 60, '', 3)`)).toThrow(
      'UNIQUE',
    )
    expect(() => base.run(`UPDATE code SET rank = 10`)).toThrow('UNIQUE')

    expect(await base.news()).toEqual([])
  })

  test('what a replaced record takes with it is deleted too', async () => {
    using base = open(
      `INSERT INTO contact (contact_id) VALUES (7); INSERT INTO sale VALUES (1, '', 3, 7, 0);`,
    )
    base.run(`REPLACE INTO contact (contact_id, name) VALUES (7, 'Again')`)

    const contact = recursive === 'OFF' ? ['Update contact 7'] : ['Delete contact 7', 'Insert contact 7']
    expect((await base.news()).sort()).toEqual(['Delete sale 1', ...contact].sort())
  })

  test('a child keeps the agreed values of records that are replaced, and of no others', () => {
    using base = open(RED + BLUE, true)
    base.run(`INSERT OR IGNORE INTO code VALUES (2, 'Other', 99, '', 9)`)
    base.run(`REPLACE INTO code VALUES (1, 'Rust', 10, 'hot', 5)`)
    base.run(`REPLACE INTO code VALUES (1, 'Rose', 10, 'hot', 5)`)
    expect(base.all('SELECT code_id, name FROM hc_base_61')).toEqual([{ code_id: 1, name: 'Red' }])

    base.run(`REPLACE INTO code VALUES (3, 'BLUE', 30, '', 5)`)
    expect(base.all('SELECT code_id, name, rank FROM hc_base_61')).toEqual([
      { code_id: 1, name: 'Red', rank: 10 },
      { code_id: 2, name: 'Blue', rank: 20 },
    ])
  })
})

test('a row replaced by an equal one is no change', async () => {
  using base = new CapturedDatabase({ child: true, before: RED })
  base.run(`REPLACE INTO code VALUES (1, 'Red', 10, 'warm', 3)`)

  expect(await base.news()).toEqual([])
  expect(base.all('SELECT * FROM hc_base_61')).toEqual([])
})

test('a replaced record has its field parts', async () => {
  using base = new CapturedDatabase({ fieldLevel: ['code'], before: RED })
  base.run(`REPLACE INTO code VALUES (1, 'Red', 11, 'hot', 3)`)

  expect(await base.news()).toEqual(['UpdateFieldPart1 code 1 (12)', 'Update code 1'])
})
