/**
 * Edits: what people do to a whole database between two packets, as sets, through capture like everybody.
 * Never: names a table of the CRM; what can be changed is read from the dictionary.
 */
import { sql } from 'kysely'
import { firstId } from '../src/core/ids.ts'
import type { Field, Table } from '../src/dictionary/model.ts'
import type { HomecomingDatabase, Query } from '../src/index.ts'

/** Tables with a plain number in them that anybody may change. */
function changeable({ dictionary }: HomecomingDatabase): { table: Table; field: Field }[] {
  return dictionary.captured.flatMap(table => {
    const { up, down, area } = table.travels
    const field = table.fields.find((each, index) => index > 0 && isCount(table, each))
    return up && (down || area) && field ? [{ table, field }] : []
  })
}

const isCount = (table: Table, field: Field): boolean =>
  field.type === 'int32' &&
  !field.references &&
  !field.role &&
  !field.series &&
  !field.derived &&
  !(table.uniqueKeys ?? []).some(key => key.fields.includes(field.name))

/** Changes one number in every record, or in every second one. @returns how many */
export async function updateRecords(site: HomecomingDatabase, which: 'all' | 'odd'): Promise<number> {
  return site.db.change(async write => {
    let changed = 0
    for (const { table, field } of changeable(site)) {
      const name = sql.ref(field.name)
      const where = which === 'all' ? sql`true` : sql`${keyOf(table)} % 2 = 1`
      changed += await write.run(
        sql`update ${sql.table(table.name)} set ${name} = coalesce(${name}, 0) + 1 where ${where}`,
      )
    }
    return changed
  })
}

/** At a child: a new record like every second one that there is. @returns how many */
export async function addRecords(child: HomecomingDatabase): Promise<number> {
  return child.db.change(async write => {
    let added = 0
    for (const { table } of changeable(child)) {
      if (table.uniqueKeys?.length) continue
      const count = await write.run(copiesOf(child, table))
      await write.run(
        sql`update sequence set next_id = next_id + ${count} where tablenumber = ${table.number}`,
      )
      added += count
    }
    return added
  })
}

function copiesOf({ dictionary }: HomecomingDatabase, table: Table): Query {
  const [, ...others] = table.fields.map(field => sql.ref(field.name))
  const first = firstId(dictionary.travelPrefixOf(table)) - 1
  return sql`insert into ${sql.table(table.name)} (${sql.join([keyOf(table), ...others])})
    select ${first} + row_number() over (order by ${keyOf(table)}), ${sql.join(others)}
    from ${sql.table(table.name)} where ${keyOf(table)} % 2 = 0`
}

const keyOf = (table: Table): Query => sql.ref(table.fields[0]!.name)
