/**
 * Outside: edits of records that are not in the child's area (SPEC 7, 9).
 * Role:  what the child should not hold is answered, so that it leaves; what it never held is refused.
 * Never: concerns what the child created on this journey: that stays with it until it is home.
 */
import { sql } from 'kysely'
import type { AreaSlot } from '../areas/definitions.ts'
import { EVERYTHING, isMember, isPartOf, membersAmong, slotOf } from '../areas/membership.ts'
import { keepMembership } from '../areas/upkeep.ts'
import { prefixOf } from '../core/ids.ts'
import type { Table } from '../dictionary/model.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { isSatellite, type Link } from '../packet/link.ts'
import { createdBy } from '../packet/pairs.ts'
import type { Writing } from '../storage/contract.ts'
import type { Incoming } from './operation.ts'
import type { UpContext } from './up-context.ts'

/** After a packet, or whatever decided about edits of a link. @param position of the versions that were taken */
export async function answerOutside(site: Site, write: Writing, link: Link, position: number): Promise<void> {
  await keepMembership(site, write, await readLog(write))
  const area = await slotOf(write, link.area_id)
  if (!area) return
  const record = sql.ref('v.record_id')
  for (const table of site.dictionary.tables.filter(each => isPartOf(area, each))) {
    await write.run(sql`insert into hc_answer (link_id, tablenumber, record_id)
      select ${link.link_id}, v.tablenumber, v.record_id from hc_version v
      where v.position = ${position} and +v.tablenumber = ${table.number} and v.deleted = 0
        and not ${isMember(area, table, record)} and not ${createdBy(link, table, record)}
      on conflict do nothing`)
  }
}

/** @returns the records of these operations that the child cannot have: not new, not in its area, never moved there */
export async function neverHeld(
  { write, link, area }: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<ReadonlySet<number>> {
  const records = operations.filter(operation => !operation.born).map(operation => operation.record)
  if (!area || !isPartOf(area, table) || records.length === 0) return NONE
  const members = await membersAmong(
    write,
    area,
    records.map(record => [table.number, record] as const),
  )
  const outside = records.filter((_, index) => !members[index])
  return outside.length === 0 ? NONE : strangersAmong(write, link, area, table, outside)
}

const NONE: ReadonlySet<number> = new Set()

/**
 * @param told position up to which the child had been told of everything
 * @returns the records that it did not hold then: what happened to them it cannot have seen
 */
export async function unheldAt(
  { write, link, area }: UpContext,
  table: Table,
  records: readonly number[],
  told: number,
): Promise<ReadonlySet<number>> {
  if (!area || area.area_id === EVERYTHING || records.length === 0) return NONE
  const keys = records.map(record => [table.number, record] as const)
  // An area that has turned into everything has moves of when it did.
  const members = isPartOf(area, table) ? await membersAmong(write, area, keys) : records.map(() => true)
  const moves = await movesOf(write, area, table, records)
  const unheld = new Set<number>()
  for (const [index, record] of records.entries()) {
    const [position, entered] = (moves[index] ?? [0, 0]) as [number, number]
    const held = position > told ? entered === 0 : members[index]
    if (!held && !(await isOwn(write, link, table, record))) unheld.add(record)
  }
  return unheld
}

const movesOf = (write: Writing, area: AreaSlot, table: Table, records: readonly number[]) =>
  write.lookup(
    { table: 'hc_move', key: ['area_id', 'tablenumber', 'record_id'], columns: ['position', 'entered'] },
    records.map(record => [area.area_id, table.number, record]),
  )

async function strangersAmong(
  write: Writing,
  link: Link,
  area: AreaSlot,
  table: Table,
  records: readonly number[],
): Promise<ReadonlySet<number>> {
  const moves = await movesOf(write, area, table, records)
  const still = records.filter(
    (_, index) => ((moves[index]?.[0] as number | undefined) ?? 0) <= link.prototype_position,
  )
  const strangers = new Set<number>()
  for (const record of still) if (!(await isOwn(write, link, table, record))) strangers.add(record)
  return strangers
}

/** Created on this journey (a satellite's ids are its own for ever), or what such a record was merged into; or not here at all: there is nothing to protect. */
async function isOwn(write: Writing, link: Link, table: Table, record: number): Promise<boolean> {
  if (isSatellite(link) && prefixOf(record) === prefixOf(link.travel_id)) return true
  const key = sql.ref(table.fields[0]!.name)
  const merged = sql`exists (select 1 from hc_alias a where a.tablenumber = ${table.number} and a.kept_id = ${record}
    and ${createdBy(link, table, sql.ref('a.old_id'))})`
  const row = await write.row(
    sql`select 1 where ${createdBy(link, table, sql`${record}`)} or ${merged}
      or not exists (select 1 from ${sql.table(table.name)} where ${key} = ${record})`,
  )
  return row !== undefined
}
