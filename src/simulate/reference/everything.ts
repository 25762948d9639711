/** Everything in a database, in memory: plain records by table and id. For models of a size that fits there. */
import { sql } from 'kysely'
import type { Value } from '../../core/values.ts'
import type { Table } from '../../dictionary/model.ts'
import type { Site } from '../../log/site.ts'

export type Plain = Readonly<Record<string, Value>>
export type Everything = ReadonlyMap<string, ReadonlyMap<number, Plain>>

/** @param tables all of the model where absent */
export async function everythingIn(site: Site, tables: readonly Table[] = site.dictionary.tables) {
  return site.db.snapshot(async read => {
    const all = new Map<string, Map<number, Plain>>()
    for (const table of tables) {
      const rows = await read.rows(sql<Plain>`select * from ${sql.table(table.name)}`)
      all.set(table.name, new Map(rows.map(row => [Number(row[table.fields[0]!.name]), row])))
    }
    return all
  })
}
