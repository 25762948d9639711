/**
 * Told before: after a restore several tell the same history: who made an edit, and whoever had been sent it; and some of it
 * the copy has.
 * Shape:  of rows that say the same, as many are written as whoever knows most of them tells.
 * Never:  leaves out of its areas what took effect without a new row: they are kept up from the log.
 */
import { sql } from 'kysely'
import { LOG } from '../log/types.ts'
import { keyOf } from '../log/version.ts'
import type { NewLogRow } from './history.ts'
import type { UpContext } from './up-context.ts'

/** `position`: the first that this packet takes. */
type Context = Pick<UpContext, 'write' | 'position'>

export class ToldBefore {
  readonly #context: Context
  /** How often each row was in this packet so far. */
  readonly #told = new Map<string, number>()

  constructor(context: Context) {
    this.#context = context
  }

  /** @returns those that do not stand in the log yet */
  async fresh(rows: readonly NewLogRow[]): Promise<NewLogRow[]> {
    const standing = await this.#standing(rows)
    return rows.filter(row => {
      const key = nameOf(row)
      const told = (this.#told.get(key) ?? 0) + 1
      this.#told.set(key, told)
      return told > (standing.get(key) ?? 0)
    })
  }

  /** The same of whole saves: a change of an owner keeps the Update before it. */
  async freshSaves(rows: readonly NewLogRow[]): Promise<readonly NewLogRow[]> {
    const fresh = new Set(await this.fresh(rows))
    const changed = new Set(rows.filter(isRoleRow).map(({ table, record }) => keyOf(table, record)))
    return rows.filter(row => fresh.has(row) || changed.has(keyOf(row.table, row.record)))
  }

  /** How often each stood there before this packet. */
  async #standing(rows: readonly NewLogRow[]): Promise<Map<string, number>> {
    const { write, position } = this.#context
    const records = new Map(
      rows.map(({ table, record }) => [keyOf(table, record), { table, record }] as const),
    )
    const standing = new Map<string, number>()
    for (const row of rows.length > 0 ? await write.log.about([...records.values()]) : [])
      if (row.position < position) standing.set(nameOf(row), (standing.get(nameOf(row)) ?? 0) + 1)
    return standing
  }
}

const isRoleRow = ({ type }: NewLogRow): boolean =>
  type === LOG.updateOwner || type === LOG.updateContact || type === LOG.updateProject

const nameOf = ({ table, record, type, associate, time, flags }: NewLogRow): string =>
  `${table} ${record} ${type} ${associate} ${time} ${flags}`

/** What took effect without a row of its own, because all its rows stand in the log already, has areas and a position all the same. */
export async function noteSilent({ write, relays, position }: UpContext): Promise<void> {
  await write.log.jump(position)
  if (relays) return
  await write.run(sql`insert into hc_dirty (tablenumber, record_id, born)
    select tablenumber, record_id, 0 from hc_version where position = ${position} on conflict do nothing`)
}
