import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { capturePlan } from '../../src/capture/plan.ts'
import { installCapture, missingCapture, removeCapture } from '../../src/storage/sqlite/capture.ts'
import { hasSession } from '../../src/storage/sqlite/session.ts'
import { CapturedDatabase, planFor } from './captured-database.ts'

const SCHEMA = `SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'hc_log_%' ORDER BY name`

describe('installing', () => {
  test('a second time changes nothing, and nothing is missing', () => {
    using base = new CapturedDatabase({ child: true })
    const before = base.all(SCHEMA)
    installCapture(base.db, base.plan)

    expect(base.all(SCHEMA)).toEqual(before)
    expect(missingCapture(base.db, base.plan)).toEqual([])
  })

  test('what somebody dropped or altered is named, and mended', async () => {
    using base = new CapturedDatabase({ child: true })
    base.run(`DROP TRIGGER hc_contact_update; DROP TRIGGER hc_sale_delete; DROP TABLE hc_base_61`)
    base.run(`CREATE TRIGGER hc_contact_update AFTER UPDATE ON contact BEGIN SELECT 1; END`)
    expect(missingCapture(base.db, base.plan)).toEqual(['hc_base_61', 'hc_contact_update', 'hc_sale_delete'])

    installCapture(base.db, base.plan)
    expect(missingCapture(base.db, base.plan)).toEqual([])
  })

  test('another plan: triggers that it does not have go, a new field is watched', async () => {
    using base = new CapturedDatabase({
      fieldLevel: ['contact'],
      before: 'INSERT INTO contact (contact_id) VALUES (7);',
    })
    base.run('ALTER TABLE contact ADD COLUMN web TEXT')
    const [contact, ...others] = planFor({}).tables
    const fields = [...contact!.table.fields, { name: 'web', type: 'text' as const }]
    const plan = {
      ...planFor({}),
      tables: [{ ...contact!, table: { ...contact!.table, fields } }, ...others.slice(1)],
    }
    expect(missingCapture(base.db, plan)).toContain('hc_replaced_5')
    installCapture(base.db, plan)

    base.run(
      `UPDATE contact SET web = 'a'; INSERT INTO sale (sale_id) VALUES (1); REPLACE INTO contact (contact_id) VALUES (7)`,
    )
    expect(await base.news()).toEqual(['Update contact 7', 'Update contact 7'])
  })

  test('a unique index that the application adds later is told by its triggers, and then minded', async () => {
    using base = new CapturedDatabase({
      before: `INSERT INTO contact (contact_id, name) VALUES (7, 'Nordlys');`,
    })
    base.run('CREATE UNIQUE INDEX own ON contact (name)')
    expect(missingCapture(base.db, base.plan)).toEqual(
      ['rekey', 'noteinsert', 'noteupdate'].map(event => `hc_contact_${event}`),
    )
    installCapture(base.db, base.plan)
    base.run(`REPLACE INTO contact (contact_id, name) VALUES (8, 'nordlys')`)

    expect((await base.news()).sort()).toEqual(['Delete contact 7', 'Insert contact 8'])
  })

  test('removing leaves the log, its positions and the schema of the application', async () => {
    using base = new CapturedDatabase({ child: true, before: 'INSERT INTO contact (contact_id) VALUES (7);' })
    base.run('DELETE FROM contact')
    removeCapture(base.db)
    base.run('INSERT INTO contact (contact_id) VALUES (7)')

    const ours = base.all(SCHEMA).map(row => String(row.name))
    expect(ours.filter(name => name.startsWith('hc_') && name !== 'hc_version')).toEqual([])
    expect(hasSession(base.db)).toBe(false)
    expect(await base.news()).toEqual(['Delete contact 7'])
  })

  test('field-level replication of more than 256 fields is refused', () => {
    const wide = {
      name: 'wide',
      fields: Array.from({ length: 257 }, (_, index) => ({ name: `f${index}`, type: 'id' })),
    }
    const loaded = { captured: [], table: () => wide } as unknown as Parameters<typeof capturePlan>[0]
    const settings = { child: false, prefix: 0, defaultAssociate: 1, fieldLevel: new Set(['wide']) }

    expect(() => capturePlan(loaded, settings)).toThrow(
      expect.objectContaining({ code: 'FIELD_LEVEL_TOO_WIDE' }),
    )
  })
})

const SHELL = shellVersion()

/** undefined where there is none, or one that does not know `unixepoch()`. */
function shellVersion(): string | undefined {
  try {
    return execFileSync('sqlite3', [':memory:', 'SELECT unixepoch() > 0']).toString().trim() || undefined
  } catch {
    return undefined
  }
}

test.skipIf(SHELL === undefined)(
  'a bare sqlite3 shell writes and is captured (needs sqlite3 3.38 on the PATH)',
  async () => {
    using base = new CapturedDatabase({
      child: true,
      before: `INSERT INTO code VALUES (1, 'Red', 10, '', 3);`,
    })
    const shell = (sql: string) =>
      execFileSync('sqlite3', [base.path, sql], { stdio: ['ignore', 'pipe', 'pipe'] }).toString()
    shell(`BEGIN; UPDATE hc_session SET associate_id = 21; UPDATE code SET associate_id = 4;
    UPDATE hc_session SET associate_id = NULL; COMMIT;`)
    shell(`REPLACE INTO code VALUES (1, 'Red', 11, '', 4)`)
    const first = Number(
      shell(
        'UPDATE sequence SET next_id = next_id + 2 WHERE id = 39; SELECT next_id - 2 FROM sequence WHERE id = 39',
      ),
    )
    shell(`INSERT INTO traveltransactionlog VALUES (${first}, 1, 0, 4352, 1, 5, 9, 0, 0, 0)`)

    expect(await base.news()).toEqual([
      'Update code 1',
      'UpdateOwner code 1 (3)',
      'Update code 1',
      'Insert contact 9',
    ])
    expect(base.value('SELECT associate_id FROM traveltransactionlog')).toBe(21)
    expect(() => shell('DELETE FROM country; INSERT INTO country VALUES (1, 1)')).toThrow(
      'HC:TABLE_READ_ONLY',
    )
  },
)
