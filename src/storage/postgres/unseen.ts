/**
 * Unseen: a unique key that is taken by a record which this transaction cannot see, because it was committed after the
 * transaction took its view.
 * Why:    such a refusal is no collision that anybody could look at and settle: with a new view it is an ordinary one.
 * Shape:  the refusing index and the rows in; true where another connection sees the taker, and this one does not.
 */
import type { HomecomingError } from '../../core/errors.ts'
import type { Row } from '../../core/values.ts'
import type { Target } from '../contract.ts'
import { arrayText } from './array-text.ts'
import type { Connection } from './connection.ts'
import { isUnique } from './driver-errors.ts'
import { lookupSql } from './set-sql.ts'

/** A write that was refused for a unique key. */
export interface Refused {
  readonly into: Target
  readonly rows: readonly Row[]
  /** Name of the index. */
  readonly index: string
  readonly error: unknown
}

/** @returns undefined where it was refused for something else */
export function refusedBy(error: unknown, into: Target, rows: readonly Row[]): Refused | undefined {
  if (!isUnique(error)) return undefined
  const index = (error as HomecomingError).values.constraint
  return typeof index === 'string' ? { into, rows, index, error } : undefined
}

/** @param ours the transaction, out of its error again @param fresh a connection with a view of its own */
export async function takenUnseen(ours: Connection, fresh: Connection, refused: Refused): Promise<boolean> {
  const columns = (await ours.known(INDEX_COLUMNS, refused.index)).map(([name]) => name)
  const written = [...refused.into.key, ...refused.into.columns]
  const places = columns.map(name => written.indexOf(String(name)))
  // An index over expressions, or over a column that was not written: who took the key cannot be told from here.
  if (places.length === 0 || places.includes(-1)) return false
  const keys = refused.rows.map(row => places.map(place => row[place]!))
  const target: Target = { table: refused.into.table, key: columns.map(String), columns: [] }
  return (await anyOf(fresh, target, keys)) > (await anyOf(ours, target, keys))
}

async function anyOf(connection: Connection, target: Target, keys: readonly Row[]): Promise<number> {
  const found = lookupSql(target, await connection.columnTypes(target.table))
  const parameters = target.key.map((_, column) => arrayText(keys, column))
  return (await connection.send({ sql: found, parameters })).count
}

const INDEX_COLUMNS = `select a.attname from pg_index i
    join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
    cross join unnest(i.indkey) with ordinality as k (number, place)
    left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number and k.number > 0
  where n.nspname = $1 and c.relname = $2 and i.indpred is null and k.place <= i.indnkeyatts order by k.place`
