/** Capture on PostgreSQL: what is installed, found missing, mended and removed; and who may do it. */
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { installCapture, missingCapture, removeCapture } from '../../src/storage/postgres/capture.ts'
import { PostgresDatabase } from '../../src/storage/postgres/database.ts'
import { asAdmin } from '../support/postgres-server.ts'
import { planFor } from './captured-database.ts'
import { CapturedPostgres } from './captured-postgres.ts'

const OBJECTS = `SELECT 'function ' || proname AS name FROM pg_proc WHERE proname LIKE 'hc\\_%'
  UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE tgname LIKE 'hc\\_%'
  UNION ALL SELECT 'table ' || relname FROM pg_class WHERE relname LIKE 'hc\\_%' AND relkind = 'r' ORDER BY 1`

const install = (base: CapturedPostgres, plan = base.plan) =>
  base.changing(() => installCapture(base.reader, plan))
const missing = (base: CapturedPostgres, plan = base.plan) => missingCapture(base.reader, plan)

describe('installing', () => {
  test('a second time changes nothing, and nothing is missing', async () => {
    await using base = await CapturedPostgres.open({ child: true })
    const identities = `SELECT oid FROM pg_proc WHERE proname LIKE 'hc\\_%' UNION ALL
      SELECT oid FROM pg_trigger WHERE tgname LIKE 'hc\\_%' ORDER BY 1`
    const before = await base.all(identities)
    await install(base)

    expect(await base.all(identities)).toEqual(before)
    expect(await missing(base)).toEqual([])
  })

  test('what somebody dropped, altered or disabled is named, and mended', async () => {
    await using base = await CapturedPostgres.open({ child: true })
    await base.run(`DROP TRIGGER hc_update ON contact; DROP TABLE hc_base_61; ALTER TABLE sale DISABLE TRIGGER hc_delete;
      ALTER FUNCTION hc_13_insert() SECURITY INVOKER;
      CREATE OR REPLACE FUNCTION hc_310_update() RETURNS trigger LANGUAGE plpgsql AS 'begin return null; end'`)
    expect(await missing(base)).toEqual(
      expect.arrayContaining([
        ...['hc_base_61', 'hc_sale_insert', 'hc_voyage_update', 'hc_contact_update', 'hc_sale_delete'],
      ]),
    )
    expect(await missing(base)).toHaveLength(5)

    await install(base)
    expect(await missing(base)).toEqual([])
  })

  test('another plan: what it does not have goes, a new field is watched', async () => {
    await using base = await CapturedPostgres.open({ before: 'INSERT INTO contact (contact_id) VALUES (7);' })
    await base.run('ALTER TABLE contact ADD COLUMN web text')
    const [contact, ...others] = planFor({}).tables
    const fields = [...contact!.table.fields, { name: 'web', type: 'text' as const }]
    const plan = {
      ...planFor({}),
      tables: [{ ...contact!, table: { ...contact!.table, fields } }, ...others.slice(1)],
    }
    expect(await missing(base, plan)).toEqual(['hc_sequence_range', 'hc_contact_update'])
    await install(base, plan)

    await base.run(`UPDATE contact SET web = 'a'; INSERT INTO sale (sale_id) VALUES (1)`)
    expect(await base.news()).toEqual(['Update contact 7'])
    expect(await missing(base, plan)).toEqual([])
  })

  test('removing leaves the log, its positions and the tables of the application', async () => {
    await using base = await CapturedPostgres.open({
      child: true,
      before: 'INSERT INTO contact (contact_id) VALUES (7);',
    })
    await base.run('DELETE FROM contact')
    await base.changing(() => removeCapture(base.reader))
    await base.run('INSERT INTO contact (contact_id) VALUES (7)')

    expect((await base.all<{ name: string }>(OBJECTS)).map(({ name }) => name)).toEqual([
      ...['table hc_log_pending', 'table hc_log_run', 'table hc_log_state', 'table hc_version'],
    ])
    expect(await base.news()).toEqual(['Delete contact 7'])
  })

  test('what is rolled back is not installed, and not removed', async () => {
    await using base = await CapturedPostgres.open()
    const before = await base.all(OBJECTS)
    const removing = base.changing(async () => {
      await removeCapture(base.reader)
      throw new Error('on purpose')
    })

    await expect(removing).rejects.toThrow('on purpose')
    expect(await base.all(OBJECTS)).toEqual(before)
  })

  test('other schemas, names in mixed case and with quotes', async () => {
    await using base = await CapturedPostgres.open({ schema: `Büro "O'Hara"`, child: true })
    await base.run(`INSERT INTO contact (contact_id) VALUES (2113929217); DELETE FROM contact; TRUNCATE code`)

    expect(await base.news()).toEqual([
      ...['Insert contact 2113929217', 'Delete contact 2113929217', 'TruncateTable code 0'],
    ])
    expect(await missing(base)).toEqual([])
  })
})

describe('rights', () => {
  test('whoever may write a table is captured, and needs no right on anything of ours', async () => {
    await using base = await CapturedPostgres.open()
    await asAdmin(base.database.admin, async client => {
      await client.query(`DROP ROLE IF EXISTS clerk; CREATE ROLE clerk; GRANT INSERT, UPDATE, SELECT ON contact TO clerk;
        SET ROLE clerk; SET search_path TO ''; SET homecoming.associate = '21';
        INSERT INTO public.contact (contact_id) VALUES (7); UPDATE public.contact SET name = 'A'; RESET ROLE`)
      await expect(
        client.query('SET ROLE clerk; INSERT INTO public.hc_repointed VALUES (1, 1, 1, 1)'),
      ).rejects.toThrow('permission denied')
      await client.query('RESET ROLE; REVOKE ALL ON public.contact FROM clerk; DROP ROLE clerk')
    })

    expect(await base.news()).toEqual(['Insert contact 7', 'Update contact 7'])
    expect(await base.value('SELECT min(associate_id) FROM traveltransactionlog')).toBe(21)
  })

  test('operators that somebody made for himself are not ours to run', async () => {
    await using base = await CapturedPostgres.open({ before: `INSERT INTO contact (contact_id) VALUES (7);` })
    await base.run(`CREATE SCHEMA sly; CREATE FUNCTION sly.same(integer, integer) RETURNS boolean
        LANGUAGE plpgsql AS 'begin raise exception ''ran as %'', current_user; end';
      CREATE OPERATOR sly.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = sly.same, MERGES, HASHES);
      SET search_path TO sly, pg_catalog, public; UPDATE public.contact SET category = 4`)

    expect(await base.news()).toEqual(['Update contact 7'])
  })
})

test('a change that is committed while capture is being installed is in the view, or in the log', async () => {
  await using base = await CapturedPostgres.open({ before: 'INSERT INTO contact (contact_id) VALUES (7);' })
  await base.changing(() => removeCapture(base.reader))
  await using office = {
    db: await PostgresDatabase.open(base.address, {}),
    [Symbol.asyncDispose]: () => office.db.close(),
  }
  let times = 0
  const category = await office.db.change(async write => {
    const [row] = await write.rows(sql<{ category: number }>`select category from contact`)
    if (times++ === 0) await base.run('UPDATE contact SET category = 4')
    await write.schema.installCapture(base.plan)
    return row!.category
  })

  expect([category, times]).toEqual([4, 2])
  await base.run('UPDATE contact SET category = 5')
  expect(await base.news()).toEqual(['Update contact 7'])
})

test('a change that makes the tables itself is not begun again for their triggers', async () => {
  await using base = await CapturedPostgres.open()
  await base.changing(() => removeCapture(base.reader))
  await using office = {
    db: await PostgresDatabase.open(base.address, {}),
    [Symbol.asyncDispose]: () => office.db.close(),
  }
  let times = 0
  await office.db.change(async write => {
    times++
    for (const { table } of base.plan.tables) {
      await write.run(sql`drop table ${sql.table(table.name)} cascade`)
      await write.schema.createTable(table)
      await write.schema.growTable(table, [{ name: 'more', type: 'text', nullable: true }])
    }
    await write.run(sql`alter table sequence rename to old_sequence`)
    await write.run(sql`create table sequence as select * from old_sequence`)
    await write.schema.installCapture(base.plan)
  })

  expect(times).toBe(1)
})
