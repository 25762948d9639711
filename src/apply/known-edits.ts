/**
 * Known edits: whoever was restored sends once more what only the lost disk knew to be sent (SPEC 10). What this parent has
 * judged once is not judged again: it stands in the log where it took effect, and in the journal where it lost.
 * Role:   the same edit is that of the same person on the same record in the same second.
 * Never:  writes; an edit that is known in neither is judged as ever.
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { LOG } from '../log/types.ts'
import type { Incoming } from './operation.ts'
import type { UpContext } from './up-context.ts'
import type { Verdict } from './verdict.ts'

/** What was said of each of these operations when it came first. */
export async function knownEdits(
  context: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<ReadonlyMap<Incoming, Verdict>> {
  const known = new Map<Incoming, Verdict>()
  const some = operations.filter(
    ({ record, passed }) =>
      (context.retold === 'all' || (passed && isRetold(context))) && !context.ids.turned(table, record),
  )
  if (some.length === 0) return known
  const took = await inLog(context, table, some)
  const lost = await inJournal(context, table, some)
  for (const operation of some) {
    const edits = editsOf(operation)
    const verdict = lost.get(edits[0]!)
    if (edits.every(edit => took.has(edit))) known.set(operation, 'applied')
    else if (verdict !== undefined && edits.every(edit => took.has(edit) || lost.has(edit)))
      known.set(operation, verdict)
  }
  return known
}

const isRetold = ({ retold }: UpContext): boolean => retold !== 'nothing'

type Told = Pick<Incoming, 'associate' | 'time'>

const nameOf = (kind: Incoming['kind'], record: number, { associate, time }: Told): string =>
  `${kind} ${record} ${associate} ${time}`

/** Field by field each has an author and a time of its own. */
const editsOf = ({ kind, record, parts, ...whole }: Incoming): string[] =>
  (parts?.length ? parts : [whole]).map(each => nameOf(kind, record, each))

async function inLog(
  { write }: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<ReadonlySet<string>> {
  const records = [...new Set(operations.map(({ record }) => record))]
  const rows = await write.log.about(records.map(record => ({ table: table.number, record })))
  const saves = rows.filter(({ type }) => SAVES.has(type))
  return new Set(saves.map(row => nameOf(row.type === LOG.delete ? 'delete' : 'put', row.record, row)))
}

const SAVES: ReadonlySet<number> = new Set([LOG.insert, LOG.update, LOG.delete])

async function inJournal(
  { write }: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<ReadonlyMap<string, Verdict>> {
  const records = sql.join(operations.map(({ record }) => record))
  const rows = await write.rows(
    sql<
      Told & { record: number; kind: Incoming['kind']; verdict: Verdict }
    >`select record_id as record, loser_kind as kind,
      loser_associate as associate, loser_time as time, verdict from hc_conflict
      where tablenumber = ${table.number} and record_id in (${records})`,
  )
  return new Map(rows.map(row => [nameOf(row.kind, row.record, row), row.verdict]))
}
