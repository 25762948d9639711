/** Amount: how much some records are: how many, how many of them documents, and the bytes of their rows. */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Field, Table } from '../dictionary/model.ts'
import type { Query } from '../storage/contract.ts'

export interface Amount {
  readonly records: number
  readonly documents: number
  /** Of the rows' values: near to what travels before it is compressed. */
  readonly bytes: number
}

export interface TableAmount extends Amount {
  readonly table: string
}

export const NOTHING: Amount = { records: 0, documents: 0, bytes: 0 }

export const amountOf = (
  dictionary: LoadedDictionary,
  table: Table,
  records: number,
  bytes: number,
): TableAmount => ({
  table: table.name,
  records,
  documents: dictionary.dictionary.parts.document?.table === table.name ? records : 0,
  bytes,
})

export const totalOf = (amounts: readonly Amount[]): Amount =>
  amounts.reduce(
    (sum, each) => ({
      records: sum.records + each.records,
      documents: sum.documents + each.documents,
      bytes: sum.bytes + each.bytes,
    }),
    NOTHING,
  )

/** The bytes of the row `t`, as an expression. */
export const bytesOf = (table: Table): Query<number> =>
  sql<number>`(${sql.join(table.fields.map(bytesOfField), sql` + `)})`

/** Numbers have a width; of everything else the database counts. */
function bytesOfField(field: Field): Query {
  const value = sql.ref(`t.${field.name}`)
  const width = WIDTHS[field.type]
  if (width === undefined)
    return sql`coalesce(octet_length(${BYTES.has(field.type) ? value : sql`cast(${value} as text)`}), 0)`
  return field.nullable === true
    ? sql`case when ${value} is null then 0 else ${sql.lit(width)} end`
    : sql.lit(width)
}

/** Whose bytes every database counts as they are; of others those of their text. */
const BYTES: ReadonlySet<Field['type']> = new Set(['text', 'bytes'])

const WIDTHS: Readonly<Partial<Record<Field['type'], number>>> = {
  id: 4,
  int16: 2,
  int32: 4,
  int64: 8,
  double: 8,
  boolean: 1,
  date: 4,
  datetime: 8,
  uuid: 16,
}
