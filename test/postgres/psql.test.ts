/**
 * A client that no one here wrote: whatever `psql` does to the data is in the log, record by record, and reaches a laptop.
 * One database and one laptop; each test takes from the log what its own statements added.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  activate,
  buildPrototype,
  closeDatabase,
  createCentral,
  exchange,
  goOnTravel,
  grantTravel,
  type HomecomingDatabase,
  log,
  openDatabase,
  sql,
  verify,
} from '../../src/index.ts'
import { notebook } from '../support/notebook.ts'
import { postgresServer, type TestDatabase, testDatabase } from '../support/postgres-server.ts'

const absent = spawnSync('psql', ['--version']).error !== undefined

describe.skipIf(absent)(`psql${absent ? ' (psql is not installed here)' : ''}`, () => {
  let folder: string
  let database: TestDatabase
  let office: HomecomingDatabase
  let laptop: HomecomingDatabase
  let seen = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'homecoming-psql-'))
    database = await testDatabase(await postgresServer())
    const path = `${database.address}?home=${join(folder, 'office')}`
    await createCentral({ path, dictionary: notebook, defaultAssociate: 1 })
    await psql(`insert into person values (1, 'admin'), (2, 'ee'), (3, 'ok');
      insert into book (book_id, title, owner_id) select id, 'Book ' || id, 2 from generate_series(1, 8) id;`)
    office = await openDatabase(path)
    await activate(office)
    await buildPrototype(office)
    await grantTravel(office, 'ee')
    const trip = await goOnTravel(office, { associate: 'ee', folder: join(folder, 'ee') })
    laptop = await openDatabase(trip.database)
    await captured()
  })

  afterAll(async () => {
    for (const each of [laptop, office]) if (each) await closeDatabase(each)
    await database?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  /** @returns what it printed. Its own settings files are not read, and the first error ends it. */
  function psql(script: string, atOnce = false): Promise<string> {
    const words = ['--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--set=ON_ERROR_STOP=1']
    if (atOnce) words.push('--single-transaction')
    return new Promise((done, failed) => {
      const child = execFile('psql', [...words, database.address], (error, stdout) =>
        error ? failed(error) : done(stdout),
      )
      child.stdin?.end(script)
    })
  }

  /** What the log has more than when this was asked last: "Update book 1 by admin", in any order. */
  async function captured(): Promise<string[]> {
    const rows = (await log(office, { limit: 1000 })).filter(({ id }) => id > seen)
    seen = Math.max(seen, ...rows.map(({ id }) => id))
    return rows.map(({ type, table, record, who }) => `${type} ${table} ${record} by ${who}`).sort()
  }

  test('UPDATE of many rows: each record that is different afterwards, once', async () => {
    await psql(
      `update book set title = title || '!' where book_id in (1, 2, 3); update book set title = title;`,
    )

    expect(await captured()).toEqual([
      'Update book 1 by admin',
      'Update book 2 by admin',
      'Update book 3 by admin',
    ])
  })

  test('an update of the owner is told as one', async () => {
    await psql('update book set owner_id = 3 where book_id = 4')

    expect(await captured()).toEqual(['Update book 4 by admin', 'UpdateOwner book 4 by admin'])
  })

  test('COPY from the standard input, with the script', async () => {
    await psql('copy note (note_id, book_id, text) from stdin;\n1\t1\tfirst\n2\t1\t\\N\n\\.\n')

    expect(await captured()).toEqual(['Insert note 1 by admin', 'Insert note 2 by admin'])
  })

  test('\\copy from a file of the person', async () => {
    const file = join(folder, 'notes.csv')
    await writeFile(file, 'note_id,book_id,text\n3,2,"with, comma"\n4,2,Ærfugl\n')
    await psql(`\\copy note (note_id, book_id, text) from '${file}' with (format csv, header)`)

    expect(await captured()).toEqual(['Insert note 3 by admin', 'Insert note 4 by admin'])
  })

  test('INSERT ... ON CONFLICT inserts what is new, updates what is different, and nothing else', async () => {
    await psql(`insert into book (book_id, title) values (1, 'Ships'), (5, 'Book 5'), (60, 'Stars')
      on conflict (book_id) do update set title = excluded.title;
      insert into book (book_id, title) values (1, 'Other'), (70, 'Moon') on conflict do nothing`)

    expect(await captured()).toEqual([
      'Insert book 60 by admin',
      'Insert book 70 by admin',
      'Update book 1 by admin',
    ])
  })

  test('an id taken from sequence by a CTE that writes', async () => {
    const id =
      await psql(`with taken as (update sequence set next_id = next_id + 1 where id = 113 returning next_id - 1 as id)
      insert into book (book_id, title) select id, 'Winds' from taken returning book_id`)

    expect(id).toBe('9\n')
    expect(await captured()).toEqual(['Insert book 9 by admin'])
  })

  test('a CTE that writes to several tables, and twice to one', async () => {
    await psql(`with gone as (delete from note where note_id = 4 returning book_id),
      renamed as (update book set title = 'Tides' where book_id in (select book_id from gone)),
      added as (insert into book (book_id, title) values (80, 'Reefs') returning book_id)
      insert into note (note_id, book_id) select 5, book_id from added`)

    expect(await captured()).toEqual([
      'Delete note 4 by admin',
      'Insert book 80 by admin',
      'Insert note 5 by admin',
      'Update book 2 by admin',
    ])
  })

  test('MERGE', async () => {
    await psql(`merge into book using (values (60, 'x'), (70, 'Moons'), (90, 'Sails')) as v (id, title) on v.id = book_id
      when matched and book.title = 'Stars' then delete
      when matched then update set title = v.title
      when not matched then insert (book_id, title) values (v.id, v.title)`)

    expect(await captured()).toEqual([
      'Delete book 60 by admin',
      'Insert book 90 by admin',
      'Update book 70 by admin',
    ])
  })

  test('what a savepoint took back is not there; what stands is', async () => {
    await psql(`begin; update book set title = 'Kept' where book_id = 3; savepoint here;
      delete from book where book_id = 5; insert into book (book_id, title) values (100, 'Never');
      rollback to here; update book set title = 'Kept too' where book_id = 5; commit;
      begin; delete from book; rollback;`)

    expect(await captured()).toEqual(['Update book 3 by admin', 'Update book 5 by admin'])
  })

  test('a script that fails in the middle of one transaction leaves no row in the log', async () => {
    const failing = psql(`update book set title = 'Lost' where book_id = 1; select 1 / 0;`, true)

    await expect(failing).rejects.toThrow('division by zero')
    expect(await captured()).toEqual([])
  })

  test('who acts is said for the session, or for one transaction', async () => {
    await psql(`set homecoming.associate = '2'; update book set title = 'By ee' where book_id = 1;
      begin; set local homecoming.associate = '3'; update book set title = 'By ok' where book_id = 2; commit;
      update book set title = 'By ee' where book_id = 3; reset homecoming.associate;
      update book set title = 'By nobody' where book_id = 5;`)

    expect(await captured()).toEqual([
      'Update book 1 by ee',
      'Update book 2 by ok',
      'Update book 3 by ee',
      'Update book 5 by admin',
    ])
  })

  test('TRUNCATE is told as such, and each record as deleted', async () => {
    await psql('truncate note')

    expect(await captured()).toEqual([
      'Delete note 1 by admin',
      'Delete note 2 by admin',
      'Delete note 3 by admin',
      'Delete note 5 by admin',
      'TruncateTable note 0 by admin',
    ])
  })

  test('all of that arrives at a laptop, and what was edited there is seen by psql', async () => {
    await laptop.db.change(write =>
      write.run(sql`update book set title = ${'Read on the ferry'} where book_id = ${8}`),
    )
    await exchange(office, laptop)

    expect(await verify(office, laptop)).toMatchObject({ same: true })
    const books = await laptop.db.snapshot(read =>
      read.rows<{ book_id: number; title: string }>(sql`select book_id, title from book order by book_id`),
    )
    expect(books.find(({ book_id }) => book_id === 2)?.title).toBe('By ok')
    expect(books.some(({ book_id }) => book_id === 60)).toBe(false)
    expect(await psql('select title from book where book_id = 8')).toBe('Read on the ferry\n')
    expect(await captured()).toEqual(['Update book 8 by ee'])
  })
})
