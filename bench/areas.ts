/**
 * Areas: what partial copies cost, on one scene: building them, moving a company with all below it, keeping membership
 * up, and previews. Further travellers are in areas-travellers.ts.
 */
import { rmSync } from 'node:fs'
import { forgetHashes, HASHES_POSITION, NONE } from '../src/areas/keep-hashes.ts'
import { membersOf, slotOf } from '../src/areas/membership.ts'
import {
  buildPrototype,
  closeDatabase,
  goOnTravel,
  type HomecomingDatabase,
  openDatabase,
  previewArea,
  readUpdates,
  sql,
  type Writing,
  writeUpdates,
} from '../src/index.ts'
import { readLog } from '../src/log/reader.ts'
import { writeSetting } from '../src/log/settings.ts'
import { compile } from '../src/storage/sqlite/compile.ts'
import { openConnection } from '../src/storage/sqlite/open.ts'
import { indexesSql, tableSql } from '../src/storage/sqlite/table-sql.ts'
import { keepUp, one, openScene, type Scene, userOf } from './areas-scene.ts'
import { travellerRows } from './areas-travellers.ts'
import { inTurns, median, timed } from './measure.ts'
import { centralPath, type Place } from './place.ts'
import { type Compared, compared, figure, type Row } from './row.ts'

type Journey = Awaited<ReturnType<typeof goOnTravel>>

export async function areaRows(place: Place): Promise<Row[]> {
  await using scene = await openScene(place)
  place.say(`the members of ${scene.areas.length} areas were worked out in ${Math.round(scene.built)} ms`)
  return [
    ...(await journalBytes(scene)),
    ...(await prototypeRows(place, scene)),
    ...(await previewRow(place, scene)),
    ...(await membershipCost(place, scene)),
    ...(await ownerRows(place, scene)),
    ...(await travellerRows(place, scene)),
  ]
}

/** Pages of the journal as they lie in the file, by the rows of members in them: one a record and word. */
async function journalBytes({ parent, folder }: Scene): Promise<Row[]> {
  const { members } = await one(
    parent,
    sql<{ members: number }>`select sum(n) as members from (
    select count(*) as n from hc_area_slot s join hc_member m on m.word = s.word and (m.mask & s.bit) <> 0 group by s.area_id)`,
  )
  const db = await openConnection(centralPath(folder), {}, 'read')
  const pages =
    db.prepare(`SELECT sum(pgsize) FROM dbstat WHERE name IN ('hc_member', 'hc_move', 'hc_move_area_id_position')
    OR name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ('hc_member', 'hc_move'))`)
  const bytes = pages.pluck().get() as number
  db.close()
  return [figure('journal-bytes', bytes / members, 'bytes', '<= 40')]
}

async function prototypeRows(place: Place, scene: Scene): Promise<Row[]> {
  const area = scene.areas[0]!
  let records = 0
  const times = await inTurns(
    place.rounds,
    () =>
      timed(async () => {
        records = (await buildPrototype(scene.parent, area)).records
      }),
    () => rawCopy(place, scene, area),
  )
  place.say(`a prototype of an area has ${records} records`)
  const rate = figure('prototype-area-rate', Math.round(records / (times.ours / 1000)), 'rows/s', '>= 150000')
  return [compared('prototype-area', times, 'ms', '<= 1.50'), rate]
}

/** The same rows by their keys into a new plain file, with the same indexes, in one transaction that is synced. */
async function rawCopy(place: Place, { parent, folder }: Scene, area: number): Promise<number> {
  const slot = (await parent.db.snapshot(read => slotOf(read, area)))!
  const path = place.path('raw.db')
  const db = await openConnection(path, { create: true }, 'write')
  db.prepare('ATTACH ? AS office').run(centralPath(folder))
  const byArea = parent.dictionary.prototyped.map(table => {
    const some = (table.membership ?? []).length > 0
    const { sql: keys, parameters } = compile(membersOf(slot, table))
    const ids = some
      ? (db
          .prepare(keys)
          .pluck()
          .all(...parameters) as number[])
      : undefined
    return { table, ids }
  })
  const time = await timed(() => {
    db.exec('BEGIN')
    for (const { table, ids } of byArea) {
      db.exec(tableSql(table))
      const all = `INSERT INTO main.${table.name} SELECT * FROM office.${table.name}`
      if (!ids) db.exec(all)
      else
        db.prepare(`${all} WHERE ${table.fields[0]!.name} IN (SELECT value FROM json_each(?))`).run(
          JSON.stringify(ids),
        )
      for (const index of indexesSql(table)) db.exec(index)
    }
    db.exec('COMMIT')
  })
  db.close()
  rmSync(path)
  return time
}

/** One more user's records, a twentieth of all. */
async function previewRow(place: Place, { parent, areas }: Scene): Promise<Row[]> {
  const times: number[] = []
  for (let round = 0; round < place.rounds; round++)
    times.push(await timed(() => previewArea(parent, areas[1]!, { include: [userOf(5)] })))
  return [figure('preview', median(times), 'ms', '<= 2000')]
}

/**
 * Follow-ups as people work on them: as many new ones, changed ones and deleted ones; every twentieth change hands one
 * to another. Against the captured statements themselves. Hashes, which are kept up with membership, have rows of their own.
 */
async function membershipCost(place: Place, scene: Scene): Promise<Row[]> {
  const count = Math.round(place.sizes.small * 2)
  await scene.parent.db.change(write => writeSetting(write, HASHES_POSITION, NONE))
  const ours: number[] = []
  const baseline: number[] = []
  const kinds = Object.entries(FOLLOW_UPS).map(([name, work]) => ({ name, work, ratios: [] as number[] }))
  for (let round = 0; round < place.rounds; round++) {
    const parts = []
    for (const kind of kinds) {
      const part = await costOf(scene, kind.work, count)
      kind.ratios.push(part.ours / part.baseline)
      parts.push(part)
    }
    ours.push(parts.reduce((sum, part) => sum + part.ours, 0))
    baseline.push(parts.reduce((sum, part) => sum + part.baseline, 0))
  }
  await scene.parent.db.change(write => forgetHashes(write))
  place.say(kinds.map(({ name, ratios }) => `${name} ${median(ratios).toFixed(2)}`).join(', '))
  return [compared('membership-cost', { ours: median(ours), baseline: median(baseline) }, 'ms', '<= 0.30')]
}

type Work = (write: Writing, last: number, count: number) => Promise<void>

/** The log is read in between: that is not membership's. */
async function costOf({ parent }: Scene, work: Work, count: number): Promise<Compared> {
  const baseline = await timed(() =>
    parent.db.change(async write => {
      const last = await write.row(sql<{ id: number }>`select max(appointment_id) as id from appointment`)
      await work(write, last!.id, count)
    }),
  )
  await parent.db.change(write => readLog(write))
  return { baseline, ours: await timed(() => keepUp(parent)) }
}

/** One statement a row. `last`: the highest id there is. */
const FOLLOW_UPS: Readonly<Record<'made' | 'changed' | 'deleted', Work>> = {
  async made(write, last, count) {
    for (let id = last + 1; id <= last + count; id++)
      await write.run(sql`insert into appointment (appointment_id, associate_id, contact_id, registered, done)
        values (${id}, ${userOf(id % 20)}, ${1 + (id % 1000)}, '2026-11-01T10:00:00Z', '2026-11-02T10:00:00Z')`)
  },
  async changed(write, last, count) {
    for (let id = last - count + 1; id <= last; id++)
      await write.run(sql`update appointment set status = 2, updated = '2026-11-02T10:00:00Z', updatedcount = 1,
        associate_id = ${userOf((id % 20) + (id % 20 === 0 ? 1 : 0))}, priority_idx = 3 where appointment_id = ${id}`)
  },
  async deleted(write, last, count) {
    for (let id = last - 2 * count + 1; id <= last - count; id++)
      await write.run(sql`delete from appointment where appointment_id = ${id}`)
  },
}

/** A company with about a thousand records below it goes to another area and back; both areas' people are away. */
async function ownerRows(place: Place, scene: Scene): Promise<Row[]> {
  const { parent } = scene
  const company = await largeCompany(scene, place.say)
  const [from, to] = [0, 1]
  const people = [from, to].map(userOf)
  const names = await parent.db.snapshot(read =>
    read.rows(
      sql<{
        name: string
      }>`select name from associate where associate_id in (${sql.join(people)}) order by associate_id`,
    ),
  )
  const trips: { journey: Journey; child: HomecomingDatabase }[] = []
  for (const area of [from, to]) {
    await buildPrototype(parent, scene.areas[area]!)
    const folder = place.path('area-trip')
    const journey = await goOnTravel(parent, { associate: userOf(area), folder })
    trips.push({ journey, child: await openDatabase(journey.database, { keyFile: journey.key }) })
  }
  const write: number[] = []
  const apply: number[] = []
  for (let round = 0; round < place.rounds * 2 + 1; round++) {
    const owner = userOf(round % 2 === 0 ? to : from)
    await parent.db.change(w =>
      w.run(sql`update contact set associate_id = ${owner} where contact_id = ${company}`),
    )
    const gains = round % 2 === 0 ? to : from
    const packets = (at: number) => trips[at]!.journey.packets
    for (const at of [gains, 1 - gains]) {
      write.push(await timed(() => writeUpdates(parent, { only: names[at]!.name, packets: packets(at) })))
      apply.push(await timed(() => readUpdates(trips[at]!.child, {})))
    }
  }
  const { n: moved } = await one(
    parent,
    sql<{ n: number }>`select count(*) as n from hc_move where area_id = ${scene.areas[to]!} and position =
      (select max(position) from hc_move)`,
  )
  for (const { child } of trips) await closeDatabase(child)
  place.say(`with the company ${moved - 1} records moved`)
  place.say(`to write ${write.map(Math.round).join(' ')}, to apply ${apply.map(Math.round).join(' ')} ms`)
  return [
    figure('owner-write', median(gainers(write)), 'ms', '<= 50'),
    figure('owner-apply', median(gainers(apply)), 'ms', '<= 50'),
  ]
}

/** Whoever gains it is sent all values, and has the more to do; in each round they come first. */
const gainers = (times: readonly number[]): number[] => times.filter((_, index) => index % 2 === 0)

async function largeCompany({ parent }: Scene, say: Place['say']): Promise<number> {
  const found = await one(
    parent,
    sql<{ id: number; n: number }>`select contact_id as id, count(*) as n from appointment
    where contact_id > 0 group by contact_id order by abs(count(*) - 235) limit 1`,
  )
  say(`the company has ${found.n} follow-ups`)
  return found.id
}
