/**
 * Age: follow-ups, documents and the like that are too old for an area's `maxdataage` (SPEC 7).
 * Role:  a condition on rows that a prototype leaves out: what is too old itself, and what belongs to such a record.
 * Never: removes anything: ageing alone takes nothing from a child.
 */
import { sql } from 'kysely'
import type { IdField } from '../dictionary/id-field.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import type { Query } from '../storage/contract.ts'
import { keyName, selects } from './rules.ts'

/** @param before a moment (ISO 8601, UTC) @returns undefined where no row of the table is ever too old */
export function tooOld(dictionary: LoadedDictionary, table: Table, before: string): Query | undefined {
  return oldRow(dictionary, table, table.name, before, new Set())
}

function oldRow(
  dictionary: LoadedDictionary,
  table: Table,
  alias: string,
  before: string,
  above: ReadonlySet<string>,
): Query | undefined {
  const path = new Set([...above, table.name])
  const parts = [
    ...(table.ageFields ? [oldItself(table.ageFields, alias, before)] : []),
    ...dictionary
      .owningParents(table)
      .flatMap(field => oldParents(dictionary, { table, alias, field }, before, path)),
  ]
  return parts.length === 0 ? undefined : sql`(${sql.join(parts, sql` or `)})`
}

/** By the first of the fields that is not empty. */
function oldItself(fields: readonly string[], alias: string, before: string): Query {
  const values = fields.map(name => sql`nullif(${sql.ref(`${alias}.${name}`)}, '')`)
  const date = values.length === 1 ? values[0]! : sql`coalesce(${sql.join(values)})`
  return sql`coalesce(${date} < ${before}, 1 = 0)`
}

interface Pointing {
  readonly table: Table
  readonly alias: string
  readonly field: IdField
}

function oldParents(
  dictionary: LoadedDictionary,
  { table, alias, field }: Pointing,
  before: string,
  path: ReadonlySet<string>,
): Query[] {
  return field.targets.flatMap(target => {
    if (path.has(target.name)) return []
    const parent = `above_${path.size}_${target.number}`
    const old = oldRow(dictionary, target, parent, before, path)
    if (!old) return []
    return [
      sql`exists (select 1 from ${sql.table(target.name)} as ${sql.ref(parent)}
        where ${sql.ref(`${parent}.${keyName(target)}`)} = ${sql.ref(`${alias}.${field.name}`)}
        and ${selects(alias, table, field, target)} and ${old})`,
    ]
  })
}
