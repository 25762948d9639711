/**
 * Instead: a record that was taken, but not written as it came (a suffix, a reference that was turned), stands under a version
 * of ours. Whoever edits it again before hearing of that replaces the version that came: he is in no conflict, least of
 * all with himself.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { sameVersion, type Version, type VersionName } from '../log/version.ts'
import type { Writing } from '../storage/contract.ts'
import { asItCame, type Case } from './case.ts'
import type { UpContext } from './up-context.ts'

/** Record -> what came, and the position of what was written instead. */
export type Instead = ReadonlyMap<number, { readonly came: VersionName; readonly position: number }>

const NAME = 'hc_instead'
const KEY = ['tablenumber', 'record_id']

export async function readInstead(
  write: Writing,
  table: Table,
  records: readonly number[],
): Promise<Instead> {
  if (!(await write.row(sql`select 1 from ${sql.table(NAME)} limit 1`))) return new Map()
  const rows = await write.lookup(
    { table: NAME, key: KEY, columns: ['record_id', 'maker', 'maker_position', 'position'] },
    records.map(record => [table.number, record]),
  )
  return new Map(
    rows.flatMap(row => {
      if (!row) return []
      const [record, maker, position, written] = row as number[]
      return [[record!, { came: { maker: maker!, position: position! }, position: written! }] as const]
    }),
  )
}

/** @param instead of the record that stands @returns whether what it replaces is what that was made of */
export function knowsItself(
  replaces: VersionName | null,
  current: Version | undefined,
  instead: Instead,
  record: number,
): boolean {
  const made = instead.get(record)
  return made !== undefined && current?.position === made.position && sameVersion(replaces, made.came)
}

/** @param taken cases whose rows have been written */
export async function noteInstead(context: UpContext, table: Table, taken: readonly Case[]): Promise<void> {
  const changed = taken.filter(
    one => one.ruling.kind !== 'fields' && one.operation.version !== null && !asItCame(one),
  )
  if (changed.length === 0) return
  await context.write.upsert(
    { table: NAME, key: KEY, columns: ['maker', 'maker_position', 'position'] },
    changed.map(({ operation: { record, version } }) => [
      table.number,
      record,
      version!.maker,
      version!.position,
      context.position,
    ]),
  )
}
