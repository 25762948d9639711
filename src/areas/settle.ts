/**
 * Settle: works out the areas of dirty records, notes what entered and left, and goes on to those that follow them.
 * Shape:  table by table, each after those that it follows; one pass a word of areas.
 */
import { sql } from 'kysely'
import { type Followed, followedTables } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Writing } from '../storage/contract.ts'
import type { AreaSlot } from './definitions.ts'
import { addDirty, dirtyFollowers } from './dirty.ts'
import { moveHashes } from './keep-hashes.ts'
import { areasOf, keyName, type Word } from './rules.ts'

/** Leaves hc_dirty and hc_shift empty. @param slots areas with rules @param position of what enters and leaves now
 *  @param narrowed areas that were of everything: nothing enters them */
export async function settle(
  dictionary: LoadedDictionary,
  write: Writing,
  slots: readonly AreaSlot[],
  position: number,
  narrowed: readonly AreaSlot[] = [],
): Promise<void> {
  // Area 0 has no rules: there is always something to compare with.
  const quiet = [0, ...narrowed.map(slot => slot.area_id)]
  for (const word of wordsOf(slots)) {
    for (const followed of followedTables(dictionary)) {
      if (!(await anyDirty(write, followed))) continue
      if (followed.byArea) await settleTable(dictionary, write, word, followed, position, quiet)
      else await dirtyFollowers(write, followed, dirtyOf(followed))
    }
    await write.run(sql`delete from hc_shift`)
  }
  await write.run(sql`delete from hc_dirty`)
}

export function wordsOf(slots: readonly AreaSlot[]): Word[] {
  const all = new Map<number, number>()
  for (const { word, bit } of slots) all.set(word, (all.get(word) ?? 0) + bit)
  return [...all].map(([word, bits]) => ({ word, all: bits }))
}

const anyDirty = async (write: Writing, { table }: Followed): Promise<boolean> =>
  (await write.row(sql`select 1 from hc_dirty where tablenumber = ${table.number} limit 1`)) !== undefined

const dirtyOf = ({ table }: Followed) =>
  sql`select d.record_id from hc_dirty d where d.tablenumber = ${table.number}`

async function settleTable(
  dictionary: LoadedDictionary,
  write: Writing,
  word: Word,
  followed: Followed,
  position: number,
  quiet: readonly number[],
): Promise<void> {
  const { table } = followed
  const shifted = await write.run(sql`insert into hc_shift (tablenumber, record_id, was, mask, born)
    select ${table.number}, s.record_id, s.was, s.mask, s.born from (
      select d.record_id, d.born, coalesce(m.mask, 0) as was, coalesce((select ${areasOf(dictionary, table, word)}
        from ${sql.table(table.name)} t where ${sql.ref(`t.${keyName(table)}`)} = d.record_id), 0) as mask
      from hc_dirty d left join hc_member m
        on m.word = ${word.word} and m.tablenumber = ${table.number} and m.record_id = d.record_id
      where d.tablenumber = ${table.number}) s where s.was <> s.mask`)
  if (shifted === 0) return
  await moveMembers(write, word, table.number)
  await moveHashes(write, word, table.number)
  await noteMoves(write, word, table.number, position, quiet)
  const leaders = sql`select s.record_id from hc_shift s where s.tablenumber = ${table.number}`
  await dirtyFollowers(write, followed, leaders)
  for (const { field, target } of followed.pointers)
    await addDirty(
      write,
      target,
      sql`select ${sql.ref(`x.${field.name}`)} from ${sql.table(table.name)} x
      where ${sql.ref(`x.${keyName(table)}`)} in (${leaders}) and ${sql.ref(`x.${field.name}`)} <> 0`,
    )
}

async function moveMembers(write: Writing, { word }: Word, table: number): Promise<void> {
  await write.run(sql`delete from hc_member where word = ${word} and tablenumber = ${table} and record_id in
    (select s.record_id from hc_shift s where s.tablenumber = ${table} and s.mask = 0)`)
  await write.run(sql`insert into hc_member (word, tablenumber, record_id, mask)
    select ${word}, ${table}, s.record_id, s.mask from hc_shift s where s.tablenumber = ${table} and s.mask <> 0
    on conflict (word, tablenumber, record_id) do update set mask = excluded.mask`)
}

/**
 * A new record enters without a note: its version says that it is new. Not where an earlier one of its name was there, field by
 * field: some of its fields may be as old as those of that one.
 */
async function noteMoves(
  write: Writing,
  { word }: Word,
  table: number,
  position: number,
  quiet: readonly number[],
): Promise<void> {
  await forgetEarlier(write, word, table)
  const fresh = sql`(s.born = 1 and not exists (select 1 from hc_field_version f
    where f.tablenumber = ${table} and f.record_id = s.record_id))`
  await write.run(sql`insert into hc_move (area_id, tablenumber, record_id, position, entered)
    select a.area_id, ${table}, s.record_id, ${position}, case when (s.mask & a.bit) <> 0 then 1 else 0 end
    from hc_shift s cross join hc_area_slot a
    where s.tablenumber = ${table} and not (${fresh} and s.was = 0)
      and a.word = ${word} and (s.was & a.bit) <> (s.mask & a.bit)
      and not ((${fresh} or a.area_id in (${sql.join(quiet)})) and (s.mask & a.bit) <> 0)
    on conflict (area_id, tablenumber, record_id) do update set position = excluded.position, entered = excluded.entered`)
}

/** What was noted of an earlier record of its name does not hold of a new one, but where that has left and the new one
 *  is not: whoever is away may hold it still. Few have had one: ids ascend. */
async function forgetEarlier(write: Writing, word: number, table: number): Promise<void> {
  const highest = await write.row(sql<{ id: number | null }>`select max(h.id) as id from (
    select (select max(w.record_id) from hc_move w where w.area_id = a.area_id and w.tablenumber = ${table}) as id
    from hc_area_slot a where a.word = ${word}) h`)
  await write.run(sql`delete from hc_move where tablenumber = ${table} and (area_id, record_id) in
    (select a.area_id, s.record_id from hc_shift s cross join hc_area_slot a
      where s.tablenumber = ${table} and s.born = 1 and s.record_id <= ${highest?.id ?? 0}
      and a.word = ${word} and (s.mask & a.bit) <> 0)`)
}
