/**
 * Build: a consistent, encrypted copy of an area at a position, while the database keeps working (SPEC 5.2).
 * Shape: note the position -> copy the flagged tables -> give the copy its own travel tables and capture -> offer it.
 * Never: leaves half a prototype behind, or takes the previous one away before the new one is ready.
 */
import { sql } from 'kysely'
import { areaContents, oldestIn } from '../areas/contents.ts'
import { usableArea } from '../areas/membership.ts'
import { keepMembership } from '../areas/upkeep.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { freshenDictionary } from '../log/fresh-dictionary.ts'
import { readLog } from '../log/reader.ts'
import { readSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { STAMPED, stamps } from '../log/stamps.ts'
import { newKey, newTag, unwrapKey, wrapKey } from '../platform/keys.ts'
import type { CopiedTable, Reading, Writing } from '../storage/contract.ts'
import { removeDatabase } from '../storage/remove-database.ts'
import { copyHashes } from './copy-hashes.ts'
import { prepareChild } from './prepare-child.ts'

export interface Prototype {
  readonly prototype_id: number
  readonly area_id: number
  readonly position: number
  readonly time: number
  readonly name: string
  readonly wrapped_key: Uint8Array
  readonly records: number
  readonly bytes: number
  readonly dictionary_version: number
}

export type Progress = (step: string, done: number, total: number) => void

export const prototypesFolder = (site: Site): string => site.platform.files.join(site.home, 'prototypes')
export const prototypePath = (site: Site, prototype: { name: string }): string =>
  site.platform.files.join(prototypesFolder(site), prototype.name)

/** @returns the newest prototype of the area */
export async function findPrototype(read: Reading, area: number): Promise<Prototype | undefined> {
  return read.row(
    sql<Prototype>`select * from hc_prototype where area_id = ${area} order by prototype_id desc limit 1`,
  )
}

export const prototypeKey = (site: Site, prototype: Prototype): Uint8Array =>
  unwrapKey(site.platform, site.key, prototype.wrapped_key)

/** @param area 0: everything @throws {HomecomingError} AREA_UNKNOWN, AREA_EMPTY, DISK_FULL */
export async function buildPrototype(
  site: Site,
  area: number,
  progress: Progress = () => {},
): Promise<Prototype> {
  const files = site.platform.files
  await site.db.snapshot(read => freshenDictionary(site, read))
  await files.makeFolder(prototypesFolder(site))
  await clearAbandoned(site)
  const begun = await begin(site, area)
  crashPoint('prototype-begun')
  const path = prototypePath(site, begun)
  const building = `${path}.building`
  await files.remove(building)
  try {
    const records = await copy(site, building, begun, progress)
    crashPoint('prototype-prepared')
    await files.move(building, path)
    crashPoint('prototype-named')
    return await offer(site, begun, records, await files.size(path))
  } catch (error) {
    await abandon(site, begun.id, building)
    throw error
  }
}

interface Begun {
  readonly id: number
  readonly area: number
  readonly position: number
  readonly time: number
  readonly name: string
  readonly key: Uint8Array
  readonly tag: string
  readonly contents: readonly CopiedTable[]
  /** Nothing is left out for its age. */
  readonly everything: boolean
}

const BEING_BUILT = 65_535

const nameOf = (area: number, tag: string): string => `area${area}-${tag.slice(0, 8)}.db`

/** The position is read before the snapshot is taken: a prototype may know more than its position, never less. */
async function begin(site: Site, area: number): Promise<Begun> {
  const tag = newTag(site.platform)
  const time = site.platform.clock.now()
  return site.db.change(async write => {
    const position = await readLog(write)
    await keepMembership(site, write, position)
    const slot = await usableArea(write, area)
    const contents = await areaContents(site.dictionary, write, slot, time)
    const everything = (await oldestIn(write, slot, time)) === undefined
    const row = await write.row(
      sql<{
        id: number
      }>`select coalesce(max(travelgenerateddatabase_id), 0) + 1 as id from travelgenerateddatabase`,
    )
    const id = row?.id ?? 1
    await write.insert(
      {
        table: 'travelgenerateddatabase',
        key: ['travelgenerateddatabase_id'],
        columns: ['databasetype', 'area_id', 'lastlogid', 'generatedtime', 'state', 'dbtag', ...STAMPED],
      },
      [
        [
          id,
          site.storage.databaseType(),
          area,
          await write.log.idAt(position),
          time,
          BEING_BUILT,
          tag,
          ...stamps(time),
        ],
      ],
    )
    return {
      id,
      area,
      position,
      time,
      name: nameOf(area, tag),
      key: newKey(site.platform),
      tag,
      contents,
      everything,
    }
  })
}

/** What the journal of membership says in the snapshot that is copied: the position may lie before it, never behind. */
async function copy(
  site: Site,
  path: string,
  { key, contents, everything }: Begun,
  progress: Progress,
): Promise<number> {
  let records = 0
  let done = 0
  await site.storage.copyTables(
    site.db,
    { path, key },
    contents,
    (name, rows) => {
      records += rows
      done += 1
      progress(`copying ${name}`, done, contents.length + 1)
    },
    async write => {
      crashPoint('prototype-copied')
      await prepareChild(site, write)
      await copyHashes(site, write, contents, everything)
      progress('preparing', 1, 1)
    },
  )
  return records
}

/** Whoever deactivated travel meanwhile ended capture: what changed since would be missing. */
async function requireCapture(write: Writing): Promise<void> {
  if ((await readSetting(write, 'travel')) === 'active') return
  throw new HomecomingError('TRAVEL_INACTIVE', 'travel was deactivated while the prototype was built')
}

/** The new one is offered and the older ones withdrawn in one transaction; their files go afterwards. */
async function offer(site: Site, begun: Begun, records: number, bytes: number): Promise<Prototype> {
  const prototype: Prototype = {
    prototype_id: begun.id,
    area_id: begun.area,
    position: begun.position,
    time: begun.time,
    name: begun.name,
    wrapped_key: wrapKey(site.platform, site.key, begun.key),
    records,
    bytes,
    dictionary_version: site.dictionary.dictionary.version,
  }
  const withdrawn = await site.db.change(async write => {
    await requireCapture(write)
    const old = await withdraw(write, begun.area)
    const { prototype_id, ...columns } = prototype
    await write.insert({ table: 'hc_prototype', key: ['prototype_id'], columns: Object.keys(columns) }, [
      [prototype_id, ...Object.values(columns)],
    ])
    await write.run(
      sql`update travelgenerateddatabase set state = 0 where travelgenerateddatabase_id = ${begun.id}`,
    )
    return old
  })
  crashPoint('prototype-offered')
  for (const old of withdrawn) await site.platform.files.remove(prototypePath(site, old))
  return prototype
}

export async function withdraw(write: Writing, area: number): Promise<{ name: string }[]> {
  const old = await write.rows(
    sql<{
      name: string
      prototype_id: number
    }>`select prototype_id, name from hc_prototype where area_id = ${area}`,
  )
  for (const { prototype_id: id } of old) {
    await write.run(sql`delete from hc_prototype where prototype_id = ${id}`)
    await write.run(sql`delete from travelgenerateddatabase where travelgenerateddatabase_id = ${id}`)
  }
  return old
}

async function abandon(site: Site, id: number, building: string): Promise<void> {
  await removeDatabase(site.platform.files, building)
  await site.db.change(write =>
    write.run(sql`delete from travelgenerateddatabase where travelgenerateddatabase_id = ${id}`),
  )
}

/** Seconds after which a build that has not ended is taken for dead. */
const LONGEST_BUILD = 86_400

/** Rows and files of builds that ended with their process. Files are listed first: a build is noted before it has one. */
export async function clearAbandoned(site: Site, longest = LONGEST_BUILD): Promise<void> {
  const { files, clock } = site.platform
  const folder = prototypesFolder(site)
  const there = (await files.exists(folder)) ? await files.list(folder) : []
  const kept = await site.db.change(async write => {
    await write.run(sql`delete from travelgenerateddatabase
      where state = ${BEING_BUILT} and generatedtime <= ${clock.now() - longest}`)
    return write.rows(
      sql<{ area: number; tag: string }>`select area_id as area, dbtag as tag from travelgenerateddatabase`,
    )
  })
  const names = kept.map(({ area, tag }) => nameOf(area, tag))
  for (const name of there)
    if (!names.some(each => name.startsWith(each))) await files.remove(files.join(folder, name))
}
