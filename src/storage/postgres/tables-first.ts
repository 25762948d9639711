/**
 * Tables first: work that must hold tables still before its view is taken.
 * Why:    triggers that are made see every change that begins afterwards; a change that was committed between the view and
 *         the triggers would be in neither. So the change begins again, with these tables locked before it looks.
 * Never:  kept for the next change.
 */
import { arrayText } from './array-text.ts'
import type { Connection } from './connection.ts'

export class TablesFirst extends Error {
  readonly tables: readonly string[]

  /** @param tables names in full */
  constructor(tables: readonly string[]) {
    super(`these tables are to be locked first: ${tables.join(', ')}`)
    this.tables = tables
  }
}

const locked = new WeakMap<Connection, ReadonlySet<string>>()

/** Nobody else sees a table that this transaction has made. @throws {TablesFirst} */
export async function requireFirst(connection: Connection, tables: readonly string[]): Promise<void> {
  const held = locked.get(connection)
  const wanted = held && tables.filter(table => !held.has(table))
  if (!wanted || wanted.length === 0) return
  const { rows } = await connection.send({ sql: SEEN, parameters: [listed(wanted)] })
  if (rows.length > 0) throw new TablesFirst([...held, ...wanted])
}

/** By the type of its rows, which is made with the table and is not written when the table is altered. */
const SEEN = `select name from unnest($1::text[]) as w (name) join pg_class c on c.oid = to_regclass(name)
  join pg_type t on t.oid = c.reltype
  where t.xmin is distinct from pg_current_xact_id_if_assigned()::xid limit 1`

/** Tables that the change makes itself are not there yet, and need no lock.
 *  @returns a statement for the beginning of the transaction; empty: none */
export async function lockSql(connection: Connection, tables: readonly string[]): Promise<string> {
  locked.set(connection, new Set(tables))
  if (tables.length === 0) return ''
  const there = await connection.send({ sql: THERE, parameters: [listed(tables)] })
  const names = there.rows.map(([name]) => String(name))
  return names.length === 0 ? '' : `lock table ${names.join(', ')} in share row exclusive mode`
}

const THERE = `select name from unnest($1::text[]) as t (name) where to_regclass(name) is not null order by 1`

const listed = (names: readonly string[]): string =>
  arrayText(
    names.map(name => [name]),
    0,
  )
