/** Prototype: what a ready copy of everything costs to build, and how large the file is that a person takes along. */
import { closeSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs'
import { buildPrototype, goOnTravel } from '../src/index.ts'
import { openConnection } from '../src/storage/sqlite/open.ts'
import { inTurns, timed } from './measure.ts'
import { centralPath, createOffice, type Place, TRAVELLER, travelPath, tripFolder } from './place.ts'
import { compared, type Row } from './row.ts'

/** Against `VACUUM INTO`, on disk as ours is: the database's own way to a compact copy, plain and with no index fewer. */
export async function prototypeAll(place: Place): Promise<Row[]> {
  await using office = await place.office(place.sizes.ordinary)
  const times = await inTurns(
    place.rounds,
    () => timed(() => buildPrototype(office.parent)),
    () => compactCopy(centralPath(office.folder), place.path('compact.db')),
  )
  return [compared('prototype-all', times, 'ms', '<= 1.50')]
}

async function compactCopy(from: string, to: string): Promise<number> {
  const db = await openConnection(from, {}, 'read')
  const time = await timed(() => db.prepare('VACUUM INTO ?').run(to))
  db.close()
  rmSync(to)
  return time
}

/** The travel database beside the data as an application has them: a compact copy from before travel was active. */
export async function clientFile(place: Place): Promise<Row[]> {
  const folder = place.path('source')
  await createOffice(folder, place.sizes.ordinary)
  const compact = place.path('source.db')
  const db = await openConnection(centralPath(folder), {}, 'read')
  db.prepare('VACUUM INTO ?').run(compact)
  db.close()
  await using office = await place.office(place.sizes.ordinary)
  await goOnTravel(office.parent, { associate: TRAVELLER, folder: tripFolder(office.folder) })
  const sizes = { ours: megabytes(travelPath(office.folder)), baseline: megabytes(compact) }
  return [compared('client-file', sizes, 'MB', '<= 1.30')]
}

const megabytes = (path: string): number => statSync(path).size / 1e6

export function syncFile(path: string): void {
  const handle = openSync(path, 'r+')
  fsyncSync(handle)
  closeSync(handle)
}
