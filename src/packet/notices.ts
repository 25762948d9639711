/** Notices: what a DWN tells a child about its own edits. */
import { sql } from 'kysely'
import type { Row } from '../core/values.ts'
import type { Reading } from '../storage/contract.ts'
import type { WireLedger } from './content.ts'
import { namedConflicts } from './inbox.ts'
import type { Link } from './link.ts'

/** Lines of the account that the child has not been sent in their present state. */
export async function newLedger(read: Reading, link: Link): Promise<WireLedger[]> {
  return read.rows(
    sql<WireLedger>`select packet, made, applied, merged, overruled, rejected, held from hc_ledger
      where link_id = ${link.link_id} and told = 0 order by packet`,
  )
}

/** A journal entry as packets carry it: the columns below, in this order. */
export const CONFLICT_COLUMNS = [
  'conflict_id',
  'time',
  'packet',
  'tablenumber',
  'record_id',
  'verdict',
  'reason',
  'loser_associate',
  'loser_time',
  'winner_associate',
  'winner_time',
  'loser_kind',
  'winner_kind',
  'base',
  'mine',
  'theirs',
] as const

/** Journal entries whose loser works on this link and has not been told, and those that new messages name. */
export async function newConflicts(read: Reading, link: Link): Promise<Row[]> {
  const columns = sql.join(CONFLICT_COLUMNS.map(name => sql.ref(name)))
  const rows: Row[] = []
  const query = sql`select ${columns} from hc_conflict where (loser_link = ${link.link_id} and told = 0)
    or conflict_id in (${namedConflicts(link)}) order by conflict_id`
  for await (const batch of read.batches(query, 1_000)) for (const row of batch) rows.push(row)
  return rows
}
