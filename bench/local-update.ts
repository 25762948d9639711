/**
 * Local update: from a prototype to a travel database that a person can work in.
 * Against: copying the file and syncing it; and building the database anew, one transaction a record.
 */

import { randomBytes } from 'node:crypto'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Table } from '../src/dictionary/model.ts'
import { goOnTravel, type HomecomingDatabase } from '../src/index.ts'
import { findPrototype, type Prototype, prototypePath } from '../src/prototype/build.ts'
import type { DriverDatabase } from '../src/storage/sqlite/driver.ts'
import { openConnection } from '../src/storage/sqlite/open.ts'
import { indexesSql, tableSql } from '../src/storage/sqlite/table-sql.ts'
import { inTurns, timed, timedNow } from './measure.ts'
import { centralPath, type OpenOffice, type Place, TRAVELLER } from './place.ts'
import { syncFile } from './prototype.ts'
import { compared, type Row } from './row.ts'

/** Records replayed: the rest is reckoned by them, because all of them would take minutes. */
const REPLAYED = 2_000

export async function localUpdate(place: Place): Promise<Row[]> {
  await using office = await place.office(place.sizes.ordinary)
  const prototype = (await office.parent.db.snapshot(read => findPrototype(read, 0)))!
  const times = await inTurns(
    place.rounds,
    round => leave(office, round),
    () => copyAndSync(prototypePath(office.parent, prototype), place.path('copy.db')),
  )
  const replay = await replayAll(place, office, prototype)
  return [
    compared('local-update', times, 'ms', '<= 6.00'),
    compared('local-update-against-replay', { ours: times.ours, baseline: replay }, 'ms', '>= 50'),
  ]
}

/** Somebody else in each round: one travel database a person. */
const leave = ({ parent, folder }: OpenOffice, round: number): Promise<number> =>
  timed(() => goOnTravel(parent, { associate: TRAVELLER + round, folder: join(folder, `trip-${round}`) }))

async function copyAndSync(from: string, to: string): Promise<number> {
  const time = await timed(() => {
    copyFileSync(from, to)
    syncFile(to)
  })
  rmSync(to)
  return time
}

/** One transaction a record into an encrypted database, synchronous=FULL. @returns milliseconds for all records */
async function replayAll(
  place: Place,
  { parent, folder }: OpenOffice,
  prototype: Prototype,
): Promise<number> {
  place.say(`${REPLAYED} records are replayed`)
  const from = await openConnection(centralPath(folder), {}, 'read')
  const to = await openConnection(place.path('replay.db'), { create: true, key: randomBytes(32) }, 'write')
  const share = Math.min(1, REPLAYED / prototype.records)
  let time = 0
  let count = 0
  for (const table of tablesOf(parent)) {
    to.exec([tableSql(table), ...indexesSql(table)].join(';'))
    const replayed = replay(from, to, table, share)
    time += replayed.time
    count += replayed.count
  }
  from.close()
  to.close()
  return (time / count) * prototype.records
}

const tablesOf = (site: HomecomingDatabase): readonly Table[] => site.dictionary.prototyped

/** As many of each table as its share. */
function replay(from: DriverDatabase, to: DriverDatabase, table: Table, share: number) {
  const all = from.prepare(`SELECT count(*) FROM ${table.name}`).pluck().get() as number
  const rows = from
    .prepare(`SELECT * FROM ${table.name} LIMIT ?`)
    .raw()
    .all(Math.ceil(all * share)) as unknown[][]
  const insert = to.prepare(`INSERT INTO ${table.name} VALUES (${table.fields.map(() => '?').join(', ')})`)
  const time = timedNow(() => {
    for (const row of rows) insert.run(...row)
  })
  return { time, count: rows.length }
}
