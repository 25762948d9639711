/** People: associates and their travel right. */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { takeIds } from '../log/sequence.ts'
import type { Site } from '../log/site.ts'
import { allLinks, isSatellite } from '../packet/link.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { actAs, raiseSequence, requireCentral } from './activate.ts'
import { awayFromSatellites } from './away.ts'
import { requireOpen } from './home-state.ts'

export interface Person {
  readonly id: number
  readonly name: string
  readonly mayTravel: boolean
  readonly away: boolean
}

/** @param who an associate's id or login name. @throws {HomecomingError} ASSOCIATE_UNKNOWN */
export async function findPerson(
  site: Site,
  read: Reading,
  who: string | number,
): Promise<{ id: number; name: string }> {
  const { key, name, table } = columns(site)
  const row = await read.row(
    sql<{ id: number; name: string }>`select ${key} as id, ${name} as name from ${table}
      where ${typeof who === 'number' ? sql`${key} = ${who}` : sql`${name} = ${who}`}`,
  )
  if (row) return row
  if (typeof who === 'string' && /^[0-9]+$/.test(who)) return findPerson(site, read, Number(who))
  throw new HomecomingError('ASSOCIATE_UNKNOWN', `there is no associate ${who}`, { associate: who })
}

/**
 * A new associate: an ordinary record with a name, captured like any other.
 * @param actor who does it. @throws {HomecomingError} ASSOCIATE_EXISTS, VALUE_REFUSED
 */
export async function addAssociate(site: Site, name: string, actor?: number): Promise<Person> {
  requireCentral(site, 'adding an associate')
  const parts = site.dictionary.dictionary.parts.associate
  const table = site.dictionary.table(parts.table)
  return site.db.change(async write => {
    await requireUnknown(site, write, name)
    await actAs(site, write, actor ?? null)
    await raiseSequence(site, write, table)
    const id = await takeIds(write, table.number, 1)
    const target = { table: table.name, key: [table.fields[0]!.name], columns: [parts.name] }
    const refused = await write.attempt(() => write.insert(target, [[id, name]]))
    if (refused) throw new HomecomingError('VALUE_REFUSED', refused.message, { table: table.name, name })
    return { id, name, mayTravel: false, away: false }
  })
}

async function requireUnknown(site: Site, read: Reading, name: string): Promise<void> {
  const columnsOf = columns(site)
  const known = await read.row(sql`select 1 from ${columnsOf.table} where ${columnsOf.name} = ${name}`)
  if (known)
    throw new HomecomingError('ASSOCIATE_EXISTS', `there is an associate ${name} already`, {
      associate: name,
    })
}

export async function listPeople(site: Site, read: Reading): Promise<Person[]> {
  const { key, name, table } = columns(site)
  const rows = await read.rows(
    sql<{ id: number; name: string; may: number; away: number }>`select a.${key} as id, a.${name} as name,
      (select count(*) from hc_right r where r.associate_id = a.${key}) as may,
      (select count(*) from hc_link l where l.travel_id = a.${key} and l.link_id > 0 and l.state in ('away', 'broken')) as away
      from ${table} a order by a.${key}`,
  )
  const below = new Set((await awayFromSatellites(read)).map(({ link }) => link.travel_id))
  return rows.map(({ id, name, may, away }) => ({
    id,
    name,
    mayTravel: may > 0,
    away: away > 0 || below.has(id),
  }))
}

/** Of the people, and of the satellites that central has or had, by `travel_id`: whoever a link or a change is of. */
export async function namesOf(site: Site, read: Reading): Promise<Map<number, string>> {
  const offices = (await allLinks(read)).filter(isSatellite)
  return new Map([
    ...offices.map(({ travel_id, name }) => [travel_id, name] as const),
    ...(await listPeople(site, read)).map(({ id, name }) => [id, name] as const),
  ])
}

function columns(site: Site) {
  const { table, name } = site.dictionary.dictionary.parts.associate
  return {
    key: sql.ref(site.dictionary.table(table).fields[0]!.name),
    name: sql.ref(name),
    table: sql.table(table),
  }
}

export async function setTravelRight(
  site: Site,
  write: Writing,
  who: string | number,
  may: boolean,
): Promise<void> {
  if (may) await requireOpen(site, write)
  const person = await findPerson(site, write, who)
  if (may) await write.upsert({ table: 'hc_right', key: ['associate_id'], columns: [] }, [[person.id]])
  else await write.remove({ table: 'hc_right', key: ['associate_id'], columns: [] }, [[person.id]])
}

export async function mayTravel(read: Reading, associate: number): Promise<boolean> {
  return (await read.row(sql`select 1 from hc_right where associate_id = ${associate}`)) !== undefined
}
