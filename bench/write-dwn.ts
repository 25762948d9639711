/**
 * Writing a DWN of every record of an office, against reading, packing, compressing and sealing the same rows raw.
 * The log has been read before, for membership too: that is done once for all children, however many there are. The
 * database is opened anew for each packet, because a further child of an area would be given what the first one was.
 * The same rows: the records as they are now, and the log rows behind them, which travel too.
 */
import { createCipheriv, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { constants, zstdCompressSync } from 'node:zlib'
import { Packr } from 'msgpackr'
import { keepMembership } from '../src/areas/upkeep.ts'
import { readLog } from '../src/log/reader.ts'
import { linkOfPerson } from '../src/packet/link.ts'
import { writeDwn } from '../src/packet/write-dwn.ts'
import type { DriverDatabase } from '../src/storage/sqlite/driver.ts'
import { openConnection } from '../src/storage/sqlite/open.ts'
import { updateRecords } from './edits.ts'
import { inTurns, timed } from './measure.ts'
import { centralPath, openOffice, type Place, TRAVELLER, type Trip } from './place.ts'
import { compared, type Row } from './row.ts'

const BLOCK = 5_000
const SPEED = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export async function writeDwnRow(place: Place): Promise<Row[]> {
  await using trip = await place.trip(place.sizes.ordinary)
  const changed = await updateRecords(trip.parent, 'all')
  const reading = await timed(() => follow(trip))
  place.say(`${changed} records changed; their log was read in ${Math.round(reading)} ms`)
  const times = await inTurns(
    place.rounds,
    () => writeOnce(trip.folder),
    () => writeRaw(place, trip),
  )
  return [compared('write-dwn', times, 'ms', '>= 0.75')]
}

const follow = ({ parent }: Trip): Promise<void> =>
  parent.db.change(async write => keepMembership(parent, write, await readLog(write)))

/** Undone again, so that the next round has as much to say. */
class Undone extends Error {}

async function writeOnce(folder: string): Promise<number> {
  await using office = await openOffice(folder)
  const { parent } = office
  let time = 0
  const writing = parent.db.change(async write => {
    const link = (await linkOfPerson(write, TRAVELLER))!
    time = await timed(() => writeDwn(parent, write, link))
    throw new Undone()
  })
  await writing.catch(error => {
    if (!(error instanceof Undone)) throw error
  })
  return time
}

async function writeRaw(place: Place, { parent, folder }: Trip): Promise<number> {
  const path = place.path('raw.dwn')
  const db = await openConnection(centralPath(folder), {}, 'read')
  const tables = parent.dictionary.captured.filter(table => parent.dictionary.goesDown(table))
  const names = [...tables.map(table => table.name), 'traveltransactionlog']
  const time = await timed(() => seal(db, names, path))
  db.close()
  rmSync(path)
  return time
}

function seal(db: DriverDatabase, tables: readonly string[], path: string): void {
  const packer = new Packr({ useRecords: false })
  const key = randomBytes(32)
  const file = openSync(path, 'w')
  for (const table of tables) {
    for (const block of blocks(db.prepare(`SELECT * FROM ${table}`).raw().iterate())) {
      const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12))
      writeSync(file, cipher.update(zstdCompressSync(packer.pack(block), SPEED)))
      writeSync(file, cipher.final())
      writeSync(file, cipher.getAuthTag())
    }
  }
  fsyncSync(file)
  closeSync(file)
}

function* blocks(rows: Iterable<unknown>): Generator<unknown[]> {
  let block: unknown[] = []
  for (const row of rows) {
    block.push(row)
    if (block.length < BLOCK) continue
    yield block
    block = []
  }
  if (block.length > 0) yield block
}
