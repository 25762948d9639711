/** Capture on PostgreSQL: every kind of statement that changes rows there. */
import { from } from 'pg-copy-streams'
import { describe, expect, test } from 'vitest'
import { foldLog } from '../../src/log/fold.ts'
import { installCapture, missingCapture } from '../../src/storage/postgres/capture.ts'
import { planFor } from './captured-database.ts'
import { CapturedPostgres } from './captured-postgres.ts'

const CODES = `INSERT INTO code VALUES (1, 'a', 1), (2, 'b', 2);`

describe('statements', () => {
  test('COPY', async () => {
    await using base = await CapturedPostgres.open()
    const client = await base.program()
    const stream = client.query(from('COPY code (code_id, name) FROM STDIN'))
    const ended = new Promise((resolve, reject) => stream.on('finish', resolve).on('error', reject))
    stream.end('1\ta\n2\tb\n')
    await ended

    expect(await base.news()).toEqual(['Insert code 1', 'Insert code 2'])
  })

  test('an upsert inserts what is new and updates the rest, where it changes something', async () => {
    await using base = await CapturedPostgres.open({ before: CODES })
    await base.run(
      `INSERT INTO code VALUES (1, 'x'), (2, 'b'), (3, 'c') ON CONFLICT (code_id) DO UPDATE SET name = excluded.name`,
    )
    await base.run(`INSERT INTO code VALUES (1, 'y'), (4, 'd') ON CONFLICT DO NOTHING`)

    expect((await base.news()).sort()).toEqual(['Insert code 3', 'Insert code 4', 'Update code 1'])
  })

  test('MERGE', async () => {
    await using base = await CapturedPostgres.open({ before: CODES })
    await base.run(`MERGE INTO code USING (VALUES (1), (2), (3)) v (id) ON v.id = code_id
      WHEN MATCHED AND id = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET name = 'z' WHEN NOT MATCHED THEN INSERT (code_id) VALUES (id)`)

    expect((await base.news()).sort()).toEqual(['Delete code 1', 'Insert code 3', 'Update code 2'])
  })

  test('writes in WITH, several on one table', async () => {
    await using base = await CapturedPostgres.open({ before: CODES })
    await base.run(`WITH a AS (UPDATE code SET name = 'z' WHERE code_id = 1), b AS (INSERT INTO code VALUES (3)),
      c AS (DELETE FROM code WHERE code_id = 2), d AS (INSERT INTO code VALUES (4)) SELECT 1`)

    expect((await base.news()).sort()).toEqual([
      ...['Delete code 2', 'Insert code 3', 'Insert code 4', 'Update code 1'],
    ])
  })

  test('TRUNCATE is told as such, and each record as deleted', async () => {
    await using base = await CapturedPostgres.open({ before: CODES })
    await base.run('TRUNCATE code')
    await base.run('BEGIN; TRUNCATE code; ROLLBACK')

    expect(await base.news()).toEqual(['TruncateTable code 0', 'Delete code 1', 'Delete code 2'])
  })

  test('TRUNCATE ... CASCADE reaches other tables', async () => {
    await using base = await CapturedPostgres.open({
      before:
        'INSERT INTO contact (contact_id) VALUES (7); INSERT INTO sale (sale_id, contact_id) VALUES (1, 7);',
    })
    await base.run('TRUNCATE contact CASCADE')

    expect((await base.news()).sort()).toEqual([
      ...['Delete contact 7', 'Delete sale 1', 'TruncateTable contact 0', 'TruncateTable sale 0'],
    ])
  })

  test('TRUNCATE is refused where its transaction cannot see every row', async () => {
    await using base = await CapturedPostgres.open({ before: CODES })
    const truncating = base.run('BEGIN ISOLATION LEVEL REPEATABLE READ; TRUNCATE code')

    await expect(truncating).rejects.toThrow('TRUNCATE of public.code is captured in READ COMMITTED only')
    await base.run('ROLLBACK')
  })

  test('keys that change places are two updates; keys that move up are what they come to', async () => {
    await using base = await CapturedPostgres.open({
      before: 'INSERT INTO voyage VALUES (1, 1, 1), (2, 2, 2);',
    })
    await base.run(
      'ALTER TABLE voyage DROP CONSTRAINT voyage_pkey; ALTER TABLE voyage ADD PRIMARY KEY (voyage_id) DEFERRABLE',
    )
    await base.run('UPDATE voyage SET voyage_id = 3 - voyage_id')
    expect((await base.news()).filter(row => row.startsWith('Update voyage'))).toEqual([
      ...['Update voyage 1', 'Update voyage 2'],
    ])

    await base.run('UPDATE voyage SET voyage_id = voyage_id + 1')
    const moved = (await base.news()).filter(row => !row.startsWith('UpdateOwner'))
    expect(moved.sort()).toEqual(['Delete voyage 1', 'Insert voyage 3', 'Update voyage 2'])
  })

  test('what a savepoint took back was never logged', async () => {
    await using base = await CapturedPostgres.open()
    await base.run(`BEGIN; INSERT INTO code VALUES (1); SAVEPOINT a; INSERT INTO code VALUES (2); SAVEPOINT b;
      INSERT INTO code VALUES (3); ROLLBACK TO a; INSERT INTO code VALUES (4); COMMIT`)

    expect(await base.news()).toEqual(['Insert code 1', 'Insert code 4'])
  })

  test('a small statement first does not make a large one slow', async () => {
    await using base = await CapturedPostgres.open()
    await base.run('INSERT INTO code (code_id) SELECT generate_series(1, 20000)')
    await base.run(
      `UPDATE code SET name = 'a' WHERE code_id = 1; UPDATE code SET name = 'b' WHERE code_id = 1`,
    )
    await base.run(`SET statement_timeout = '20s'; UPDATE code SET note = 'c'`)

    expect(await base.value('SELECT count(*) FROM traveltransactionlog WHERE type = 4608')).toBe(20_002)
  })
})

describe('values', () => {
  test('what is not the same to the byte is a change, whatever the type calls equal', async () => {
    const types = ['decimal', 'double', 'json', 'text', 'bytes', 'datetime', 'uuid'] as const
    const [contact] = planFor({}).tables
    const fields = [contact!.table.fields[0]!, ...types.map(type => ({ name: `a_${type}`, type }))]
    const plan = { ...planFor({}), tables: [{ ...contact!, table: { ...contact!.table, fields } }] }
    await using base = await CapturedPostgres.open({
      plan,
      before: `ALTER TABLE contact ADD a_decimal numeric, ADD a_double double precision, ADD a_json json,
        ADD a_text char(9), ADD a_bytes bytea, ADD a_datetime timestamptz, ADD a_uuid uuid;
        INSERT INTO contact (contact_id, a_decimal, a_double, a_json, a_text) VALUES (7, 1.0, 0, '{"a":1}', 'x');`,
    })
    for (const [change, logged] of [
      ['a_decimal = 1.00', 1],
      ['a_double = -0.0::float8', 1],
      [`a_json = '{"a": 1}'`, 1],
      [`a_text = 'X'`, 1],
      [`a_bytes = '\\x00ff'`, 1],
      [`a_datetime = 'infinity', a_uuid = gen_random_uuid()`, 1],
      ['a_decimal = a_decimal, a_json = a_json, a_uuid = a_uuid, a_bytes = a_bytes', 0],
      ['a_decimal = null, a_double = null, a_json = null', 1],
      ['a_decimal = null, a_double = null, a_json = null', 0],
    ] as const) {
      await base.run(`UPDATE contact SET ${change}`)
      expect(await base.news(), change).toHaveLength(logged)
    }
  })
})

describe('triggers of the application on the same table', () => {
  const trigger = (event: string, work: string) => `CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS
      'begin ${work}; return null; end';
    CREATE TRIGGER a_own AFTER ${event} ON code FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION own();`
  const change = async (base: CapturedPostgres) =>
    [...foldLog(await base.changing(log => log.readNew(100))).values()].map(({ record, began, deleted }) => ({
      ...{ record, began, deleted },
    }))

  test.each([
    [
      'a record that is completed as it is inserted is one that began',
      trigger('INSERT', `update code set note = ''n'' where code_id = new.code_id`),
      'INSERT INTO code VALUES (3)',
      { record: 3, began: true, deleted: false },
    ],
    [
      'a record that is deleted for what it became is gone',
      trigger('UPDATE', 'delete from code where code_id = new.code_id'),
      `UPDATE code SET name = 'z' WHERE code_id = 1`,
      { record: 1, began: false, deleted: true },
    ],
    [
      'a record that is put back is there',
      trigger('DELETE', 'insert into code values (old.*)'),
      'DELETE FROM code WHERE code_id = 1',
      { record: 1, deleted: false },
    ],
  ])('%s', async (_, own, statement, expected) => {
    await using base = await CapturedPostgres.open({ before: CODES + own })
    await base.run(statement)

    expect(await change(base)).toMatchObject([expected])
  })
})

describe('partitions', () => {
  const VOYAGES = `DROP TABLE voyage; CREATE TABLE voyage (voyage_id integer PRIMARY KEY, captain_id integer,
      engineer_id integer, port text) PARTITION BY RANGE (voyage_id);
    CREATE TABLE voyage_low PARTITION OF voyage FOR VALUES FROM (1) TO (100);
    CREATE TABLE voyage_high PARTITION OF voyage FOR VALUES FROM (100) TO (MAXVALUE);`

  test('a write to the whole, one straight into a partition, and a record that moves to another', async () => {
    await using base = await CapturedPostgres.open({ before: VOYAGES })
    await base.run(`INSERT INTO voyage VALUES (1), (101); INSERT INTO voyage_low VALUES (2)`)
    await base.run(`UPDATE voyage SET port = 'Oslo'; UPDATE voyage_high SET port = 'Bergen'`)
    await base.run('UPDATE voyage SET voyage_id = 102 WHERE voyage_id = 1; DELETE FROM voyage_low')

    expect(await base.news()).toEqual([
      ...['Insert voyage 1', 'Insert voyage 101', 'Insert voyage 2'],
      ...['Update voyage 1', 'Update voyage 2', 'Update voyage 101', 'Update voyage 101'],
      ...['Delete voyage 1', 'Insert voyage 102', 'Delete voyage 2'],
    ])
  })

  test('each record of a truncated partition is told once, and the table only where it is whole', async () => {
    await using base = await CapturedPostgres.open({
      before: `${VOYAGES} INSERT INTO voyage VALUES (1), (2), (101);`,
    })
    await base.run('TRUNCATE voyage_high')
    expect(await base.news()).toEqual(['Delete voyage 101'])

    await base.run('TRUNCATE voyage')
    expect(await base.news()).toEqual(['TruncateTable voyage 0', 'Delete voyage 1', 'Delete voyage 2'])
  })

  test('a partition that is new is named, and captured after a repair', async () => {
    await using base = await CapturedPostgres.open({ before: VOYAGES })
    await base.run(`DROP TABLE voyage_high; CREATE TABLE "voyage Next" PARTITION OF voyage FOR VALUES FROM (100) TO (200);
      INSERT INTO voyage VALUES (101)`)
    expect(await missingCapture(base.reader, base.plan)).toEqual(
      ['insert', 'update', 'delete', 'truncate'].map(event => `hc_voyage Next_${event}`),
    )
    await base.changing(() => installCapture(base.reader, base.plan))
    await base.run(`INSERT INTO "voyage Next" VALUES (102)`)

    expect(await base.news()).toEqual(['Insert voyage 101', 'Insert voyage 102'])
  })
})
