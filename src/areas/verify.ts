/**
 * Verify: is the journal what a rebuild from nothing would be?
 * How:  nothing follows in circles, so the journal is right where every record has just the areas that the rules give it
 *       by what the journal says of those that it follows, and nothing else is in it. No second journal is built.
 */
import { sql } from 'kysely'
import { followedTables, isByArea } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import type { Query, Reading } from '../storage/contract.ts'
import { hasBit, readSlots } from './definitions.ts'
import { areasOf, keyName, type Word } from './rules.ts'
import { wordsOf } from './settle.ts'
import { keepMembership } from './upkeep.ts'

export interface WrongMember {
  readonly table: string
  readonly record: number
  readonly areas: readonly number[]
  readonly shouldBe: readonly number[]
}

export interface AreasVerified {
  readonly areas: number
  readonly members: number
  readonly wrong: readonly WrongMember[]
}

/** @param limit wrong members named at most */
export async function verifyAreas(site: Site, limit = 100): Promise<AreasVerified> {
  return site.db.change(async write => {
    await keepMembership(site, write, await readLog(write))
    const slots = await readSlots(write)
    const wrong: WrongMember[] = []
    for (const word of wordsOf(slots.filter(slot => !slot.alldata))) {
      const named = (mask: number) =>
        slots.filter(slot => slot.word === word.word && hasBit(mask, slot.bit)).map(slot => slot.area_id)
      for (const found of await wrongIn(site, write, word, limit))
        wrong.push({
          table: found.table,
          record: found.record,
          areas: named(found.mask),
          shouldBe: named(found.right),
        })
    }
    const members = await write.row(sql<{ n: number }>`select count(*) as n from hc_member`)
    return { areas: slots.length, members: members?.n ?? 0, wrong }
  })
}

interface Found {
  readonly table: string
  readonly record: number
  readonly mask: number
  readonly right: number
}

async function wrongIn(site: Site, read: Reading, word: Word, limit: number): Promise<Found[]> {
  const found: Found[] = []
  for (const { table } of followedTables(site.dictionary)) {
    if (!isByArea(table)) continue
    const rows = await read.rows(
      sql<Omit<Found, 'table'>>`${wrongMembers(site.dictionary, table, word)} limit ${limit}`,
    )
    found.push(...rows.map(row => ({ table: table.name, ...row })))
  }
  return found
}

/** Records of a table whose bits are not those that the rules give: `record`, `mask`, `right`. */
export function wrongMembers(dictionary: LoadedDictionary, table: Table, word: Word): Query {
  const id = sql.ref(`t.${keyName(table)}`)
  return sql`select r.record, r.mask, r."right" from (
      select ${id} as record, coalesce(m.mask, 0) as mask, ${areasOf(dictionary, table, word)} as "right"
      from ${sql.table(table.name)} t left join hc_member m
        on m.word = ${word.word} and m.tablenumber = ${table.number} and m.record_id = ${id}) r
    where r.mask <> r."right"
    union all select m.record_id, m.mask, 0 from hc_member m where m.word = ${word.word} and m.tablenumber = ${table.number}
      and not exists (select 1 from ${sql.table(table.name)} t where ${id} = m.record_id)`
}
