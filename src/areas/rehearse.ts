/**
 * Rehearse: what a change would move between areas: it is made for real, counted, and rolled back.
 * Why:   the same steps that will move the records say now which; nothing is worked out a second way.
 * Shape: look at the log, change, look again, count what has moved since the first look.
 * Never: leaves anything behind. Other writers wait meanwhile.
 */
import { sql } from 'kysely'
import { isByArea } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import { amountOf, bytesOf, type TableAmount } from './amount.ts'
import { type AreaSlot, readSlots } from './definitions.ts'
import { isMember } from './membership.ts'
import { keyName } from './rules.ts'
import { keepMembership } from './upkeep.ts'

/** What one area would gain and lose, table by table; tables without any are left out. */
export interface Moved {
  readonly area: number
  readonly gained: readonly TableAmount[]
  readonly lost: readonly TableAmount[]
}

/** Carries the answer out of the transaction that must not commit. */
class Rehearsed<T> {
  readonly answer: T
  constructor(answer: T) {
    this.answer = answer
  }
}

/**
 * @param change makes the change, and may refuse; what it returns is handed on
 * @returns areas in which something moves, by id
 */
export async function rehearse<T>(
  site: Site,
  change: (write: Writing) => Promise<T>,
): Promise<{ readonly moved: Moved[]; readonly result: T }> {
  try {
    return await site.db.change<never>(async write => {
      const before = await look(site, write)
      const result = await change(write)
      const after = await look(site, write)
      throw new Rehearsed({ moved: await countMoved(site.dictionary, write, before, after), result })
    })
  } catch (error) {
    if (error instanceof Rehearsed) return error.answer
    throw error
  }
}

interface Look {
  readonly position: number
  readonly slots: readonly AreaSlot[]
}

async function look(site: Site, write: Writing): Promise<Look> {
  const position = await readLog(write)
  await keepMembership(site, write, position)
  return { position, slots: await readSlots(write) }
}

async function countMoved(
  dictionary: LoadedDictionary,
  read: Reading,
  before: Look,
  after: Look,
): Promise<Moved[]> {
  const moved: Moved[] = []
  for (const slot of after.slots) {
    const was = before.slots.find(each => each.area_id === slot.area_id)
    const counted = was
      ? await countMoves(dictionary, read, was, slot, before.position)
      : { gained: await countMembers(dictionary, read, slot), lost: [] }
    if (counted.gained.length + counted.lost.length > 0) moved.push({ area: slot.area_id, ...counted })
  }
  return moved
}

/** A new area gains all that is in it. */
async function countMembers(
  dictionary: LoadedDictionary,
  read: Reading,
  slot: AreaSlot,
): Promise<TableAmount[]> {
  const amounts: TableAmount[] = []
  for (const table of dictionary.tables.filter(isByArea)) {
    const members = sql`where ${isMember(slot, table, sql.ref(`t.${keyName(table)}`))}`
    const row = await read.row(
      sql<Counted>`select ${counts(table)} from ${sql.table(table.name)} t ${members}`,
    )
    if (row && row.records > 0) amounts.push(amountOf(dictionary, table, row.records, row.bytes ?? 0))
  }
  return amounts
}

interface Counted {
  readonly records: number
  readonly bytes: number | null
}

const counts = (table: Table): Query => sql`count(*) as records, sum(${bytesOf(table)}) as bytes`

/** Of an area of everything that gets rules, what stays is noted as having entered: it was there. */
async function countMoves(
  dictionary: LoadedDictionary,
  read: Reading,
  was: AreaSlot,
  slot: AreaSlot,
  since: number,
): Promise<Omit<Moved, 'area'>> {
  const gained: TableAmount[] = []
  const lost: TableAmount[] = []
  const narrowed = was.alldata === 1 && slot.alldata === 0
  for (const table of await tablesMoved(dictionary, read, slot, since)) {
    for (const { entered, records, bytes } of await movesOf(read, table, slot, since)) {
      const amount = amountOf(dictionary, table, records, bytes ?? 0)
      if (!entered) lost.push(amount)
      else if (!narrowed) gained.push(amount)
    }
  }
  return { gained, lost }
}

/** The plus keeps the database from going through the moves of all tables by their position. */
const movesOf = (
  read: Reading,
  table: Table,
  slot: AreaSlot,
  since: number,
): Promise<(Counted & { entered: number })[]> =>
  read.rows(
    sql<Counted & { entered: number }>`select m.entered, ${counts(table)} from hc_move m
      join ${sql.table(table.name)} t on ${sql.ref(`t.${keyName(table)}`)} = m.record_id
      where m.area_id = ${slot.area_id} and m.tablenumber = ${table.number} and +m.position > ${since}
      group by m.entered`,
  )

async function tablesMoved(
  dictionary: LoadedDictionary,
  read: Reading,
  slot: AreaSlot,
  since: number,
): Promise<Table[]> {
  const rows = await read.rows(
    sql<{ number: number }>`select distinct tablenumber as number from hc_move
      where area_id = ${slot.area_id} and position > ${since} order by tablenumber`,
  )
  return rows.flatMap(({ number }) => dictionary.tableByNumber(number) ?? [])
}
