/** Everything that a database says, to compare before and after something that must not change it. */
import { sql } from 'kysely'
import type { Site } from '../../src/log/site.ts'

/** Rows of all tables, but what every look at the log moves on by itself. */
const ASIDE = new Set(['hc_session', 'hc_reader'])

export async function contentsOf(site: Site): Promise<Record<string, string[]>> {
  const tables = await site.db.change(write => write.schema.tables())
  const contents: Record<string, string[]> = {}
  await site.db.snapshot(async read => {
    for (const table of tables.filter(name => !ASIDE.has(name)).sort())
      contents[table] = (await read.rows(sql`select * from ${sql.table(table)}`)).map(asText).sort()
  })
  return contents
}

const asText = (row: unknown): string =>
  JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value))
