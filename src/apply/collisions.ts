/**
 * Collisions: two records made apart that may not both stand by a declared unique key (SPEC 9, "One of two").
 * Role:  finds them before the rows are written, and does what the dictionary says: merge, suffix or reject.
 */

import { sql } from 'kysely'
import type { RecordId } from '../core/ids.ts'
import type { Row } from '../core/values.ts'
import { isByArea } from '../dictionary/followers.ts'
import type { Child, LoadedDictionary } from '../dictionary/load.ts'
import type { Table, UniqueKey } from '../dictionary/model.ts'
import { rehash } from '../hashes/rehash.ts'
import type { Query, Writing } from '../storage/contract.ts'
import { pointsAt } from './owners.ts'
import { noteWritten } from './recount.ts'

export type Collision =
  | { readonly kind: 'merge'; readonly kept: RecordId }
  | { readonly kind: 'suffix'; readonly values: Row }
  | { readonly kind: 'reject' }

export class Collisions {
  readonly #write: Writing
  readonly #dictionary: LoadedDictionary

  constructor(write: Writing, dictionary: LoadedDictionary) {
    this.#write = write
    this.#dictionary = dictionary
  }

  /** @returns for each row what its collision leads to, or undefined where it has none */
  async resolve(table: Table, rows: readonly Row[]): Promise<(Collision | undefined)[]> {
    const outcomes: (Collision | undefined)[] = rows.map(() => undefined)
    for (const key of table.uniqueKeys ?? []) {
      const others = await this.#others(table, key, rows)
      for (const [index, other] of others.entries()) {
        if (other !== undefined) outcomes[index] ??= await this.#outcome(table, key, rows[index]!, other)
      }
    }
    return outcomes
  }

  /** Records that hold the key of a row, and do not give it up in the same block. */
  async #others(table: Table, key: UniqueKey, rows: readonly Row[]): Promise<(RecordId | undefined)[]> {
    const fields = key.fields.map(name => this.#dictionary.fieldIndex(table, name))
    const id = table.fields[0]!.name
    const found = await this.#write.lookup(
      { table: table.name, key: key.fields, columns: [id] },
      rows.map(row => fields.map(field => row[field] ?? null)),
    )
    const moving = new Map(rows.map(row => [row[0], row]))
    return found.map((other, index) => {
      const holder = other?.[0] as RecordId | undefined
      if (holder === undefined || holder === rows[index]![0]) return undefined
      const moved = moving.get(holder)
      return moved && fields.some(field => moved[field] !== rows[index]![field]) ? undefined : holder
    })
  }

  async #outcome(table: Table, key: UniqueKey, row: Row, other: RecordId): Promise<Collision> {
    switch (key.onCollision) {
      case 'merge':
        return { kind: 'merge', kept: other }
      case 'reject':
        return { kind: 'reject' }
      case 'suffix':
        return { kind: 'suffix', values: await this.#suffixed(table, key, row) }
      default:
        throw key.onCollision satisfies never
    }
  }

  /** " (2)", " (3)" ... at the end of the key's last text, cut to its length, until it is free. */
  async #suffixed(table: Table, key: UniqueKey, row: Row): Promise<Row> {
    const name = key.fields.findLast(
      field => table.fields[this.#dictionary.fieldIndex(table, field)]!.type === 'text',
    )!
    const index = this.#dictionary.fieldIndex(table, name)
    const length = table.fields[index]!.length ?? Number.MAX_SAFE_INTEGER
    for (let count = 2; ; count++) {
      const suffix = ` (${count})`
      const text = [...String(row[index])].slice(0, length - suffix.length).join('') + suffix
      const values = row.map((value, at) => (at === index ? text : value))
      const [taken] = await this.#others(table, key, [values])
      if (taken === undefined) return values
    }
  }

  /** The parent's record stays; the other becomes its alias for good, and so do those below that become the same by it.
   *  This is no edit. */
  async merge(table: Table, old: RecordId, kept: RecordId, position: number): Promise<void> {
    await mergeInto(this.#write, this.#dictionary, { table, old, kept }, merged =>
      this.#note(merged, position),
    )
  }

  async #note({ table, old, kept }: Merged, position: number): Promise<void> {
    await this.#write.upsert(
      { table: 'hc_alias', key: ['tablenumber', 'old_id'], columns: ['kept_id', 'position'] },
      [[table.number, old, kept, position]],
    )
    await straighten(this.#write, { table, old, kept }, position)
    await this.#noteFollowers(table, kept)
  }

  /** Turning a reference is no edit, and leaves no row in the log: whoever follows it may belong elsewhere now. */
  async #noteFollowers(table: Table, kept: RecordId): Promise<void> {
    for (const { table: from, field } of this.#dictionary.referrersOf(table)) {
      if (!isByArea(from)) continue
      await this.#write.run(sql`insert into hc_repointed (tablenumber, record_id, field, old_id)
        select ${from.number}, ${sql.ref(from.fields[0]!.name)}, ${field.index}, 0 from ${sql.table(from.name)}
        where ${sql.ref(field.name)} = ${kept} on conflict do nothing`)
    }
  }
}

/**
 * After a merge was noted: every old name leads straight to a record that stands, and none in a circle, as two would where the
 * other end had merged the same two the other way round.
 */
export async function straighten(
  write: Writing,
  { table: { number }, old, kept }: Merged,
  position: number,
): Promise<void> {
  await write.run(
    sql`delete from hc_alias where tablenumber = ${number} and old_id = ${kept} and kept_id = ${old}`,
  )
  await write.run(sql`update hc_alias set kept_id = ${kept}, position = ${position}
    where tablenumber = ${number} and kept_id = ${old}`)
}

export interface Merged {
  readonly table: Table
  readonly old: RecordId
  readonly kept: RecordId
}

/** Turns every reference from the old record to the kept one, and removes the old row.
 *  @param note is told of each merge: this one, and before it those of records below that became the same by it */
export async function mergeInto(
  write: Writing,
  dictionary: LoadedDictionary,
  merged: Merged,
  note: (merged: Merged) => Promise<void> = async () => {},
): Promise<void> {
  const { table, old, kept } = merged
  for (const child of dictionary.referrersOf(table)) {
    noteWritten(write, child.table, [])
    await turn(write, dictionary, child, merged, note)
  }
  const key = table.fields[0]!.name
  await rehash(write, table.number, sql`select ${old} as id`)
  await write.run(sql`delete from ${sql.table(table.name)} where ${sql.ref(key)} = ${old}`)
  await note({ table, old, kept })
}

async function turn(
  write: Writing,
  dictionary: LoadedDictionary,
  child: Child,
  { table, old, kept }: Merged,
  note: (merged: Merged) => Promise<void>,
): Promise<void> {
  const set = sql`update ${sql.table(child.table.name)} set ${sql.ref(child.field.name)} = ${kept}`
  const run = async (which: Query): Promise<void> => {
    await write.run(sql`${set} where ${which}`)
  }
  const key = sql.ref(child.table.fields[0]!.name)
  const turned = sql`select ${key} as id from ${sql.table(child.table.name)} where ${pointsAt(child, table, old)}`
  await rehash(write, child.table.number, turned)
  if (!(await write.attempt(() => run(pointsAt(child, table, old))))) return
  const rows = await write.rows(
    sql<{
      id: RecordId
    }>`${turned}`,
  )
  for (const { id } of rows) {
    if (!(await write.attempt(() => run(sql`${key} = ${id}`)))) continue
    const other = await sameAfter(write, child, id, kept)
    if (other !== undefined)
      await mergeInto(write, dictionary, { table: child.table, old: id, kept: other }, note)
  }
}

/** The record that holds the unique key which this one would get. */
async function sameAfter(
  write: Writing,
  { table, field }: Child,
  id: RecordId,
  kept: RecordId,
): Promise<RecordId | undefined> {
  const key = table.fields[0]!.name
  for (const unique of table.uniqueKeys ?? []) {
    if (!unique.fields.includes(field.name)) continue
    const same = unique.fields.map(name =>
      name === field.name ? sql`o.${sql.ref(name)} = ${kept}` : sql`o.${sql.ref(name)} = r.${sql.ref(name)}`,
    )
    const row = await write.row(
      sql<{
        id: RecordId
      }>`select o.${sql.ref(key)} as id from ${sql.table(table.name)} o, ${sql.table(table.name)} r
        where r.${sql.ref(key)} = ${id} and o.${sql.ref(key)} <> ${id} and ${sql.join(same, sql` and `)}`,
    )
    if (row) return row.id
  }
  return undefined
}
