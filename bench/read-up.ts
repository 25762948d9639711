/**
 * Reading an UP at the parent (opened, translated, judged, written, logged, accounted for, committed), against an
 * upsert of the same rows into the same tables without capture, one transaction.
 * The child has changed one half of the records and made new ones like the other half.
 */
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { journeyCarrier } from '../src/app/wire.ts'
import type { Table } from '../src/dictionary/model.ts'
import { type Reading, sql, writeUpdates } from '../src/index.ts'
import type { DriverDatabase } from '../src/storage/sqlite/driver.ts'
import { openConnection } from '../src/storage/sqlite/open.ts'
import { receive } from '../src/travel/receive.ts'
import { addRecords, updateRecords } from './edits.ts'
import { inTurns, timed } from './measure.ts'
import { centralPath, openOffice, type Place, type Trip, tripFolder } from './place.ts'
import { compared, type Row } from './row.ts'

export async function readUpRow(place: Place): Promise<Row[]> {
  const away = await awayWithEdits(place)
  const times = await inTurns(
    place.rounds,
    () => readOnce(place, away),
    () => upsertRaw(place, away),
  )
  return [compared('read-up', times, 'ms', '>= 0.30')]
}

interface Away {
  readonly folder: string
  readonly trip: { readonly name: string; readonly tag: string }
  readonly edits: readonly TableEdits[]
}

interface TableEdits {
  readonly table: Table
  readonly rows: readonly (readonly unknown[])[]
}

/** A person with edits whose UP is written and waits; both databases are closed. */
async function awayWithEdits(place: Place): Promise<Away> {
  await using trip = await place.trip(place.sizes.ordinary)
  const count = (await updateRecords(trip.child, 'odd')) + (await addRecords(trip.child))
  place.say(`an UP of ${count} records is written`)
  await writeUpdates(trip.child)
  const { name, tag } = trip.child.identity
  return { folder: trip.folder, trip: { name, tag }, edits: await editsOf(trip) }
}

/** The rows that the packet carries, as the child has them. */
async function editsOf({ child }: Trip): Promise<TableEdits[]> {
  return child.db.snapshot(async read => {
    const edits: TableEdits[] = []
    for (const table of child.dictionary.captured) edits.push({ table, rows: await changedRows(read, table) })
    return edits.filter(({ rows }) => rows.length > 0)
  })
}

async function changedRows(read: Reading, table: Table): Promise<unknown[][]> {
  const key = sql.ref(table.fields[0]!.name)
  const rows: unknown[][] = []
  const query = sql`select t.* from ${sql.table(table.name)} t join hc_version v on v.record_id = t.${key}
    where v.tablenumber = ${table.number}`
  for await (const batch of read.batches(query, 5_000)) rows.push(...batch.map(stored))
  return rows
}

/** As the library takes it: it knows no booleans. */
const stored = (row: readonly unknown[]): unknown[] =>
  row.map(value => (typeof value === 'boolean' ? Number(value) : value))

async function readOnce(place: Place, away: Away): Promise<number> {
  const folder = place.path('reading')
  await cp(away.folder, folder, { recursive: true })
  let time = 0
  {
    await using office = await openOffice(folder)
    const carrier = journeyCarrier(office.parent, join(tripFolder(folder), 'packets'), away.trip)
    time = await timed(() => receive(office.parent, carrier))
  }
  await rm(folder, { recursive: true })
  return time
}

async function upsertRaw(place: Place, away: Away): Promise<number> {
  const path = place.path('upsert.db')
  await cp(centralPath(away.folder), path)
  const db = await openConnection(path, {}, 'write')
  dropTriggers(db)
  const upsertAll = db.transaction(() => {
    for (const edit of away.edits) upsert(db, edit)
  })
  const time = await timed(() => upsertAll())
  db.close()
  await rm(path)
  return time
}

function dropTriggers(db: DriverDatabase): void {
  const names = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all()
  db.exec(`BEGIN; ${names.map(name => `DROP TRIGGER "${name}";`).join(' ')} COMMIT`)
}

function upsert(db: DriverDatabase, { table, rows }: TableEdits): void {
  const [key, ...others] = table.fields.map(field => `"${field.name}"`)
  const statement = db.prepare(`INSERT INTO ${table.name} VALUES (${table.fields.map(() => '?').join(', ')})
    ON CONFLICT (${key}) DO UPDATE SET ${others.map(name => `${name} = excluded.${name}`).join(', ')}`)
  for (const row of rows) statement.run(...row)
}
