/** Log: what the log, the versions and the ids of a database must look like, whatever happened. */
import { type RawBuilder, sql } from 'kysely'
import type { Site } from '../../log/site.ts'

const rowsOf = <R>(site: Site, query: RawBuilder<R>): Promise<R[]> =>
  site.db.snapshot(read => read.rows<R>(query))

/** Nothing stands at a position that the reader has not reached, and no position is left out. */
export async function checkPositions(site: Site): Promise<string[]> {
  const wrong: string[] = []
  const reached = await site.db.change(async write => {
    const position = await write.log.position()
    const first = await write.log.first()
    const past = pastJumps(await write.rows(JUMPS))
    let next = past(first)
    for await (const rows of write.log.between(first - 1, position, 5_000)) {
      for (const row of rows) {
        if (row.position !== next) wrong.push(`position ${next} is not in the log`)
        next = past(row.position + 1)
      }
    }
    return position
  })
  const [version] = await rowsOf(
    site,
    sql<{ highest: number | null }>`select max(position) as highest from hc_version where link >= 0`,
  )
  if ((version?.highest ?? 0) > reached)
    wrong.push(`a version stands at ${version?.highest}, the log ends at ${reached}`)
  return wrong
}

/** After a restore positions are left out on purpose. */
const JUMPS = sql<{ from: number; count: number }>`select first_position as "from", count from hc_log_run
  where first_id < 0 order by 1`

const pastJumps =
  (jumps: readonly { from: number; count: number }[]) =>
  (position: number): number =>
    jumps.reduce((at, { from, count }) => (at >= from && at < from + count ? from + count : at), position)

/** No temporary id is ever left in a database that keeps its records for good. */
export async function checkIds(site: Site): Promise<string[]> {
  const wrong: string[] = []
  const { dictionary } = site
  const find = async (table: string, name: string) => {
    const rows = await rowsOf(
      site,
      sql<{
        id: number
      }>`select ${sql.ref(name)} as id from ${sql.table(table)} where ${sql.ref(name)} >= ${0x73000000} and ${sql.ref(name)} < ${0x80000000}`,
    )
    if (rows.length > 0) wrong.push(`${table}.${name} holds the temporary id ${rows[0]!.id}`)
  }
  for (const table of dictionary.captured) {
    for (const name of [table.fields[0]!.name, ...dictionary.idFields(table).map(field => field.name)])
      await find(table.name, name)
  }
  await find('traveltransactionlog', 'record_id')
  await find('traveltransactionlog', 'prev_record_id')
  for (const name of ['hc_version', 'hc_conflict', 'hc_held', 'hc_answer']) await find(name, 'record_id')
  return wrong
}
