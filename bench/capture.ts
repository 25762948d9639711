/**
 * What capture costs on SQLite: the same statements with and without our triggers, in one run.
 * Shape:  the CRM's contact with its indexes; one statement a row, one transaction a phase, an associate named.
 *         Updates set five fields, the owner among them: two log rows each. `keepOwner`: it stays, one row.
 * Kinds:  none: no capture; central; child: agreed values kept too; off: capture there, but switched off.
 */
import { rmSync } from 'node:fs'
import { capturePlan, watchedTables } from '../src/capture/plan.ts'
import { crmDictionary } from '../src/crm/dictionary.ts'
import { loadDictionary } from '../src/dictionary/load.ts'
import { nodePlatform } from '../src/platform/node/node-platform.ts'
import { installCapture } from '../src/storage/sqlite/capture.ts'
import type { DriverDatabase } from '../src/storage/sqlite/driver.ts'
import { openConnection } from '../src/storage/sqlite/open.ts'
import { resetSession, setActor, setCapture } from '../src/storage/sqlite/session.ts'
import { indexesSql, tableSql } from '../src/storage/sqlite/table-sql.ts'
import { median, timedNow } from './measure.ts'
import type { Place } from './place.ts'
import { compared, type Row } from './row.ts'

type Kind = 'none' | 'central' | 'child' | 'off'
type Phase = 'insert' | 'update' | 'delete'
type Times = Record<Phase, number>

const AIMS = { insert: '>= 0.70', update: '>= 0.62', delete: '>= 0.50' } as const
const PHASES = ['insert', 'update', 'delete'] as const

export const captureRows = (place: Place): Promise<Row[]> => rowsOf(place, 'central', 'capture', false)

/** What the three figures do not show: children, one log row an update, and capture that is switched off. */
export async function captureVariants(place: Place): Promise<Row[]> {
  return [
    ...(await rowsOf(place, 'central', 'capture-same-owner', true)),
    ...(await rowsOf(place, 'child', 'capture-child', false)),
    ...(await rowsOf(place, 'off', 'capture-off', false)),
  ]
}

async function rowsOf(place: Place, kind: Kind, name: string, keepOwner: boolean): Promise<Row[]> {
  const ours: Times[] = []
  const plain: Times[] = []
  for (let round = 0; round < place.rounds; round++) {
    plain.push(await measure(place, 'none', keepOwner))
    ours.push(await measure(place, kind, keepOwner))
  }
  return PHASES.map(phase => {
    const of = (times: Times[]): number => median(times.map(each => each[phase]))
    return compared(`${name}-${phase}`, { ours: of(ours), baseline: of(plain) }, 'ms', AIMS[phase])
  })
}

async function measure(place: Place, kind: Kind, keepOwner: boolean): Promise<Times> {
  const path = place.path('capture.db')
  const db = await openConnection(path, { create: true }, 'write')
  createTables(db)
  if (kind !== 'none') installCapture(db, planOf(kind))
  const count = place.sizes.ordinary
  const times = {
    insert: phase(db, kind, () => insert(db, count)),
    update: phase(db, kind, () => update(db, count, keepOwner)),
    delete: phase(db, kind, () => remove(db, count)),
  }
  db.close()
  rmSync(path)
  return times
}

function phase(db: DriverDatabase, kind: Kind, work: () => void): number {
  return timedNow(
    db.transaction(() => {
      if (kind !== 'none') setActor(db, 3)
      if (kind === 'off') setCapture(db, 'off')
      work()
      if (kind !== 'none') resetSession(db)
    }),
  )
}

const dictionary = loadDictionary(crmDictionary, bytes => nodePlatform().cipher.digest(bytes))
const contact = dictionary.table('contact')

function planOf(kind: Kind) {
  const plan = capturePlan(dictionary, {
    child: kind === 'child',
    prefix: 0,
    defaultAssociate: 1,
    fieldLevel: new Set(),
    watched: kind === 'child' ? [] : watchedTables(dictionary).filter(({ table }) => table === contact),
  })
  return { ...plan, tables: plan.tables.filter(({ table }) => table === contact) }
}

function createTables(db: DriverDatabase): void {
  for (const name of ['contact', 'sequence', 'traveltransactionlog']) {
    const table = dictionary.table(name)
    db.exec([tableSql(table), ...indexesSql(table)].join(';'))
  }
}

const COLUMNS = [
  'contact_id',
  'name',
  'department',
  'number1',
  'number2',
  'associate_id',
  'country_id',
  'business_idx',
  'category_idx',
  'xstop',
  'nomailing',
  'registered',
  'registered_associate_id',
  'updated',
  'updated_associate_id',
  'orgnr',
  'source',
  'updatedcount',
  'group_id',
  'userdef_id',
]

function insert(db: DriverDatabase, count: number): void {
  const places = COLUMNS.map(() => '?').join(', ')
  const statement = db.prepare(`INSERT INTO contact (${COLUMNS.join(', ')}) VALUES (${places})`)
  const time = '2026-01-01T10:00:00Z'
  for (let id = 1; id <= count; id++) {
    const name = `Company number ${(id * 7919) % count} of a usual length`
    const who = (id % 40) + 1
    const about = [who, 578, id % 12, id % 8, 0, 0, time, who, time, who]
    const rest = [`NO ${id} 123 456 789 MVA and some more`, 0, 1, who, id]
    statement.run(id, name, `Department ${id % 50}`, `C${id}`, `N${id}`, ...about, ...rest)
  }
}

function update(db: DriverDatabase, count: number, keepOwner: boolean): void {
  const statement =
    db.prepare(`UPDATE contact SET department = ?, associate_id = ?, category_idx = ?, updated = ?,
    updatedcount = ? WHERE contact_id = ?`)
  const shift = keepOwner ? 1 : 2
  for (let id = 1; id <= count; id++) {
    statement.run(`Dept ${id % 51}`, (id % 40) + shift, (id % 8) + 1, '2026-02-01T10:00:00Z', 2, id)
  }
}

function remove(db: DriverDatabase, count: number): void {
  const statement = db.prepare('DELETE FROM contact WHERE contact_id = ?')
  for (let id = 1; id <= count; id++) statement.run(id)
}
