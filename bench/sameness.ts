/**
 * Sameness: what it costs to keep the hashes, beside the same work without them, and how many bytes it takes to find what
 * differs in a large database.
 */
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { journeyCarrier } from '../src/app/wire.ts'
import { HASHES_POSITION, keepHashes, NONE } from '../src/areas/keep-hashes.ts'
import { keepMembership } from '../src/areas/upkeep.ts'
import {
  differences,
  exchange,
  type HomecomingDatabase,
  sql,
  verifyDeep,
  writeUpdates,
} from '../src/index.ts'
import { readLog } from '../src/log/reader.ts'
import { writeSetting } from '../src/log/settings.ts'
import { linkOfPerson } from '../src/packet/link.ts'
import { writeDwn } from '../src/packet/write-dwn.ts'
import { COMPARED } from '../src/prototype/copy-hashes.ts'
import { receive } from '../src/travel/receive.ts'
import { addRecords, updateRecords } from './edits.ts'
import { inTurns, timed } from './measure.ts'
import { openTrip, type Place, TRAVELLER, type Trip, tripFolder } from './place.ts'
import { compared, figure, type Row } from './row.ts'

/** What activating travel costs more than before: each record is read and hashed, once. */
export async function hashEverything(place: Place): Promise<Row[]> {
  await using office = await place.office(place.sizes.ordinary)
  const { parent } = office
  const time = await timed(() =>
    parent.db.change(async write => {
      await write.run(sql`delete from hc_setting where name = ${HASHES_POSITION}`)
      await keepHashes(parent, write, await write.log.position())
    }),
  )
  return [figure('hash-everything', time, 'ms', '<= 2000')]
}

/** From the unread log to the written packet, every record changed. */
export async function writingDown(place: Place): Promise<Row[]> {
  const folder = await prepared(place, async trip => {
    await updateRecords(trip.parent, 'all')
  })
  const write = async (hashed: boolean): Promise<number> => {
    let time = 0
    // Opened anew: a further child of an area would be given what the first one was.
    await using trip = await openTrip(folder)
    const writing = trip.parent.db.change(async write => {
      if (!hashed) await writeSetting(write, HASHES_POSITION, NONE)
      const link = (await linkOfPerson(write, TRAVELLER))!
      time = await timed(async () => {
        await keepMembership(trip.parent, write, await readLog(write))
        await writeDwn(trip.parent, write, link)
      })
      throw new Undone()
    })
    await writing.catch(rethrow)
    return time
  }
  const times = await inTurns(
    place.rounds,
    () => write(true),
    () => write(false),
  )
  return [compared('hashes-write-dwn', times, 'ms', '<= 1.15')]
}

/** Undone again, so that the next round has as much to say. */
class Undone extends Error {}

const rethrow = (error: unknown): void => {
  if (!(error instanceof Undone)) throw error
}

export async function readingUp(place: Place): Promise<Row[]> {
  const folder = await prepared(place, async trip => {
    await updateRecords(trip.child, 'odd')
    await addRecords(trip.child)
    await writeUpdates(trip.child)
  })
  const read = (hashed: boolean) =>
    inCopy(place, folder, async trip => {
      if (!hashed) await without(trip.parent, HASHES_POSITION)
      return timed(() => receive(trip.parent, carrierOf(trip)))
    })
  const times = await inTurns(
    place.rounds,
    () => read(true),
    () => read(false),
  )
  return [compared('hashes-read-up', times, 'ms', '<= 1.15')]
}

export async function readingDown(place: Place): Promise<Row[]> {
  const folder = await prepared(place, async trip => {
    await updateRecords(trip.parent, 'all')
    await writeUpdates(trip.parent, { packets: join(tripFolder(trip.folder), 'packets') })
  })
  const read = (hashed: boolean) =>
    inCopy(place, folder, async trip => {
      if (!hashed)
        await trip.child.db.change(w => w.run(sql`delete from hc_setting where name = ${COMPARED}`))
      return timed(() => receive(trip.child, carrierOf(trip)))
    })
  const times = await inTurns(
    place.rounds,
    () => read(true),
    () => read(false),
  )
  return [compared('hashes-read-dwn', times, 'ms', '<= 1.15')]
}

const carrierOf = (trip: Trip) =>
  journeyCarrier(trip.child, join(tripFolder(trip.folder), 'packets'), trip.child.identity)

const without = ({ db }: HomecomingDatabase, name: string): Promise<unknown> =>
  db.change(write => writeSetting(write, name, NONE))

/** Closed, so that it can be copied. */
async function prepared(place: Place, work: (trip: Trip) => Promise<void>): Promise<string> {
  await using trip = await place.trip(place.sizes.ordinary)
  await work(trip)
  return trip.folder
}

async function inCopy(place: Place, from: string, work: (trip: Trip) => Promise<number>): Promise<number> {
  const folder = place.path('copied')
  await cp(from, folder, { recursive: true })
  let time = 0
  {
    await using trip = await openTrip(folder)
    time = await work(trip)
  }
  await rm(folder, { recursive: true })
  return time
}

/** Values of contacts go wrong at the child without a trace; all packets until it is the same again count. */
export async function finding(place: Place): Promise<Row[]> {
  await using trip = await place.trip(place.sizes.large)
  const rows: Row[] = []
  for (const [count, aim] of [
    [1, '<= 8000'],
    [100, '<= 40000'],
  ] as const) {
    await goWrong(trip, count)
    const before = await written(trip)
    const time = await timed(() => exchange(trip.parent, trip.child))
    const { packets, bytes } = await written(trip)
    const found = (await differences(trip.child, 1000)).filter(({ reason }) => reason === 'hash').length
    place.say(`${found} found so far; ${packets - before.packets} packets, ${Math.round(time)} ms`)
    rows.push(figure(`find-${count}`, bytes - before.bytes, 'bytes', aim))
  }
  return rows
}

async function goWrong({ child }: Trip, count: number): Promise<void> {
  await child.db.change(async write => {
    await write.capture('off')
    await write.run(sql`update contact set name = 'gone wrong ' || ${count} where contact_id in
      (select contact_id from contact order by (contact_id * 7919) % 100003 limit ${count})`)
  })
  await verifyDeep(child, { repair: true })
  await child.db.change(write => write.run(sql`delete from hc_setting where name = 'sameness-asks'`))
}

/** Written at both ends so far. */
async function written({ parent, child }: Trip): Promise<{ packets: number; bytes: number }> {
  const sum = { packets: 0, bytes: 0 }
  for (const { db } of [parent, child]) {
    const row = await db.snapshot(read =>
      read.row(sql<{
        packets: number
        bytes: number
      }>`select count(*) as packets, coalesce(sum(bytes), 0) as bytes
        from hc_packet where outgoing = 1`),
    )
    sum.packets += row!.packets
    sum.bytes += row!.bytes
  }
  return sum
}
