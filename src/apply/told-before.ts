/**
 * Told before: after a restore several tell the same history: who made an edit, and whoever had been sent it; and some of it
 * the copy has.
 * Shape:  of rows that say the same, as many are written as whoever knows most of them tells.
 * Never:  leaves out of its areas what took effect without a new row: they are kept up from the log.
 */
import { sql } from 'kysely'
import type { NewLogRow } from './history.ts'
import type { UpContext } from './up-context.ts'

/** Log rows looked at at once. */
const BATCH = 5_000

export class ToldBefore {
  /** How often it stands in the log, and how often it has been told here. */
  readonly #standing = new Map<string, number>()

  /** Since the journey began: what is told again is not older. */
  static async read({ write, link, position }: UpContext): Promise<ToldBefore> {
    const told = new ToldBefore()
    const from = Math.max(link.prototype_position, (await write.log.first()) - 1)
    for await (const rows of write.log.between(from, position - 1, BATCH))
      for (const row of rows) told.#count(row, 1)
    return told
  }

  /** @returns those that do not stand in the log yet */
  fresh(rows: readonly NewLogRow[]): NewLogRow[] {
    return rows.filter(row => this.#count(row, -1) <= 0)
  }

  /** @returns how many there were before */
  #count(row: NewLogRow, by: number): number {
    const key = `${row.table} ${row.record} ${row.type} ${row.associate} ${row.time} ${row.flags}`
    const before = this.#standing.get(key) ?? 0
    if (before + by >= 0) this.#standing.set(key, before + by)
    return before
  }
}

/** What took effect without a row of its own, because all its rows stand in the log already, has areas and a position all the same. */
export async function noteSilent({ write, relays, position }: UpContext): Promise<void> {
  await write.log.jump(position)
  if (relays) return
  await write.run(sql`insert into hc_dirty (tablenumber, record_id, born)
    select tablenumber, record_id, 0 from hc_version where position = ${position} on conflict do nothing`)
}
