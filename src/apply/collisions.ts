/**
 * Collisions: two records made apart that may not both stand by a declared unique key (SPEC 9, "One of two").
 * Role:  finds them before the rows are written, and does what the dictionary says: merge, suffix or reject.
 */
import { sql } from 'kysely'
import type { RecordId } from '../core/ids.ts'
import type { Row } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table, UniqueKey } from '../dictionary/model.ts'
import type { Writing } from '../storage/contract.ts'
import { pointsAt } from './owners.ts'

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

  /** The parent's record stays; the other becomes its alias for good. This is no edit. */
  async merge(table: Table, old: RecordId, kept: RecordId, position: number): Promise<void> {
    await mergeInto(this.#write, this.#dictionary, table, old, kept)
    await this.#write.upsert(
      { table: 'hc_alias', key: ['tablenumber', 'old_id'], columns: ['kept_id', 'position'] },
      [[table.number, old, kept, position]],
    )
    await this.#write.run(sql`update hc_alias set kept_id = ${kept}, position = ${position}
      where tablenumber = ${table.number} and kept_id = ${old}`)
  }
}

/** Turns every reference from the old record to the kept one, and removes the old row. */
export async function mergeInto(
  write: Writing,
  dictionary: LoadedDictionary,
  table: Table,
  old: RecordId,
  kept: RecordId,
): Promise<void> {
  for (const child of dictionary.referrersOf(table)) {
    await write.run(sql`update ${sql.table(child.table.name)} set ${sql.ref(child.field.name)} = ${kept}
      where ${pointsAt(child, table, old)}`)
  }
  const key = table.fields[0]!.name
  await write.run(sql`delete from ${sql.table(table.name)} where ${sql.ref(key)} = ${old}`)
}
