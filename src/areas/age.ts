/**
 * Age: follow-ups, documents and the like that are too old for an area's `maxdataage` (SPEC 7).
 * Role:  a condition on rows that a prototype leaves out, by their own date and nothing else.
 * Never: removes anything: ageing alone takes nothing from a child. What belongs to an old record comes all the same: it
 *        would be missing where the record is given a new date, which is a change of that record only.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import type { Query } from '../storage/contract.ts'

/** By the first of the fields that is not empty.
 *  @param before a moment (ISO 8601, UTC) @returns undefined where no row of the table is ever too old */
export function tooOld(table: Table, before: string): Query | undefined {
  const fields = table.ageFields ?? []
  if (fields.length === 0) return undefined
  const values = fields.map(name => textOf(sql.ref(`${table.name}.${name}`)))
  const date = values.length === 1 ? values[0]! : sql`coalesce(${sql.join(values)})`
  return sql`coalesce(${date} < ${before.replace(/Z$/, '')}, 1 = 0)`
}

/** As ISO 8601, wherever a database keeps moments in a form of its own; without its zone, which is UTC. */
const textOf = (value: Query): Query => sql`nullif(replace(cast(${value} as text), ' ', 'T'), '')`
