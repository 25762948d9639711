/**
 * Keep hashes: brings what records hash to, and the sums of every area, up to what the log says (SPEC 10, "Sameness").
 * Shape:  records that changed since the last look -> new hash against the stored one -> the difference goes into the sum
 *         of the table and of each area that the record is in. What moves between areas takes its stored hash along.
 * When:   with membership, in the transaction that needs it: a change is hashed once, for whoever is sent it.
 */
import { sql } from 'kysely'
import type { Row } from '../core/values.ts'
import { isByArea } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { exchangeHashes, readHashes } from '../hashes/leaves.ts'
import { type Hash, hasherOf, NO_HASH } from '../hashes/record-hash.ts'
import { forgetRehash, readRehash } from '../hashes/rehash.ts'
import { plus, SumChanges, sumOf } from '../hashes/sums.ts'
import { hashedTables, OWN_SIDE } from '../hashes/tables.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import { sumNewAreas } from './area-sums.ts'
import { type AreaSlot, hasBit, readSlots } from './definitions.ts'
import type { Word } from './rules.ts'

/** Up to which the hashes are kept; NONE: this database keeps none, so that a benchmark can tell what they cost. */
export const HASHES_POSITION = 'hashes-position'
export const NONE = 'none'

/** undefined: they are not kept. */
export async function hashesPosition(read: Reading): Promise<number | undefined> {
  const value = await readSetting(read, HASHES_POSITION)
  return value === undefined || value === NONE ? undefined : Number(value)
}

/** @param position up to which log and membership have been read, in this transaction */
export async function keepHashes(
  site: Pick<Site, 'dictionary' | 'identity'>,
  write: Writing,
  position: number,
): Promise<void> {
  const { dictionary } = site
  if ((await readSetting(write, HASHES_POSITION)) === NONE) return
  const from = await hashesPosition(write)
  const slots = (await readSlots(write)).filter(slot => !slot.alldata)
  const hashing: Hashing = { dictionary, write, slots, sums: new SumChanges(OWN_SIDE) }
  if (from === undefined) await hashEverything(hashing)
  else await hashChanged(hashing, from)
  await forgetRehash(write, OWN_SIDE, site.identity.kind !== 'satellite')
  await hashing.sums.write(write)
  await sumNewAreas(dictionary, write, slots)
  await writeSetting(write, HASHES_POSITION, String(position))
}

/** What changes while nothing is captured cannot be followed. */
export async function forgetHashes(write: Writing): Promise<void> {
  await write.run(sql`delete from hc_hash where side = ${OWN_SIDE}`)
  await write.run(sql`delete from hc_sum where side = ${OWN_SIDE}`)
  await write.run(sql`delete from hc_setting where name = ${HASHES_POSITION}`)
}

interface Hashing {
  readonly dictionary: LoadedDictionary
  readonly write: Writing
  readonly slots: readonly AreaSlot[]
  readonly sums: SumChanges
}

async function hashEverything({ dictionary, write, sums }: Hashing): Promise<void> {
  await forgetHashes(write)
  // Areas are summed afterwards, all in one go.
  const alone: Hashing = { dictionary, write, sums, slots: [] }
  for (const table of hashedTables(dictionary)) {
    const all = sql`select ${id(table)} as id, ${id(table)} as here${rest(table)} from ${sql.table(table.name)} t`
    for await (const rows of write.pages(all, 'id', PAGE)) await hashRows(alone, table, rows)
  }
}

async function hashChanged(hashing: Hashing, from: number): Promise<void> {
  const { dictionary, write } = hashing
  const changed = await changedSince(write, from)
  const again = await readRehash(write, OWN_SIDE)
  for (const table of hashedTables(dictionary)) {
    if (changed.has(table)) {
      const number = changed.few ? sql`+v.tablenumber` : sql`v.tablenumber`
      const which = sql`hc_version v where ${number} = ${table.number} and v.position > ${from}`
      await hashThose(hashing, table, sql`select v.record_id as id from ${which}`)
    }
    if (again.has(table.number))
      await hashThose(
        hashing,
        table,
        sql`select record_id as id from hc_rehash where side = ${OWN_SIDE} and tablenumber = ${table.number}`,
      )
  }
}

/** Rows read at once. */
const PAGE = 2_000

/** Brings the hashes of these records up to their rows. @param records a query of one column `id`: a merge may turn thousands */
async function hashThose(hashing: Hashing, table: Table, records: Query): Promise<void> {
  const query = sql`select k.id, ${id(table)} as here${rest(table)}${masks(hashing, table)}
    from (${records}) k left join ${sql.table(table.name)} t on ${id(table)} = k.id`
  for await (const rows of hashing.write.pages(query, 'id', PAGE)) await hashRows(hashing, table, rows)
}

/** @param rows the record, its key again where there is such a row, the other fields, its areas word by word */
async function hashRows(hashing: Hashing, table: Table, rows: readonly Row[]): Promise<void> {
  const hasher = hasherOf(table)
  const records = rows.map(row => row[0] as number)
  const hashes = rows.map(row => (row[1] === null ? NO_HASH : hasher.of(row, 1)))
  const before = await exchangeHashes(hashing.write, OWN_SIDE, table.number, records, hashes)
  hashing.sums.add(0, table.number, plus(sumOf(before), sumOf(hashes)))
  for (const [at, word] of wordsIn(hashing, table).entries()) {
    const changes = before.map((old, index) => plus(old, hashes[index]!))
    const masks = rows.map(row => row[1 + table.fields.length + at] as number | null)
    addToAreas(hashing, table, word, masks, changes)
  }
}

/** Few kinds of members are in a block: each is looked up once. */
function addToAreas(
  { slots, sums }: Hashing,
  table: Table,
  word: number,
  masks: readonly (number | null)[],
  changes: readonly Hash[],
): void {
  for (const [mask, some] of Map.groupBy(masks.keys(), index => masks[index] ?? 0)) {
    if (mask === 0) continue
    const sum = sumOf(some.map(index => changes[index]!))
    for (const slot of slots)
      if (slot.word === word && hasBit(mask, slot.bit)) sums.add(slot.area_id, table.number, sum)
  }
}

const wordsIn = ({ slots }: Hashing, table: Table): number[] =>
  isByArea(table) ? [...new Set(slots.map(slot => slot.word))] : []

const masks = (hashing: Hashing, table: Table): Query =>
  sql.join(
    wordsIn(hashing, table).map(
      word => sql`, (select m.mask from hc_member m where m.word = ${word}
        and m.tablenumber = ${table.number} and m.record_id = k.id)`,
    ),
    sql``,
  )

const id = (table: Table): Query => sql.ref(`t.${table.fields[0]!.name}`)
const rest = (table: Table): Query =>
  sql.join(
    table.fields.slice(1).map(field => sql`, ${sql.ref(`t.${field.name}`)}`),
    sql``,
  )

/** So few that they are found by their positions, and not by going through the versions of a table. */
const FEW = 5_000

async function changedSince(read: Reading, position: number) {
  const rows = await read.rows(
    sql<{ t: number }>`select tablenumber as t from hc_version where position > ${position} limit ${FEW + 1}`,
  )
  const few = rows.length <= FEW
  const tables = new Set(rows.map(row => row.t))
  return { few, has: (table: Table) => !few || tables.has(table.number) }
}

/** Records of a table changed areas (hc_shift): what is stored of them goes from sum to sum. */
export async function moveHashes(write: Writing, { word }: Word, table: number): Promise<void> {
  if ((await hashesPosition(write)) === undefined) return
  const summed = new Set(
    (
      await write.rows(sql<{ a: number }>`select area_id as a from hc_sum
        where side = ${OWN_SIDE} and tablenumber = 0`)
    ).map(row => row.a),
  )
  const slots = (await readSlots(write)).filter(slot => slot.word === word && summed.has(slot.area_id))
  if (slots.length === 0) return
  const shifted = await write.rows(sql<{
    id: number
    was: number
    mask: number
  }>`select record_id as id, was, mask
    from hc_shift where tablenumber = ${table} order by record_id`)
  const hashes = await readHashes(
    write,
    OWN_SIDE,
    table,
    shifted.map(row => row.id),
  )
  const sums = new SumChanges(OWN_SIDE)
  for (const [index, { was, mask }] of shifted.entries())
    for (const { bit, area_id } of slots)
      if (hasBit(was, bit) !== hasBit(mask, bit)) sums.add(area_id, table, hashes[index]!)
  await sums.write(write)
}
