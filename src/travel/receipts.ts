/** Receipts: the account of each UP, for people. */
import { sql } from 'kysely'
import type { Reading } from '../storage/contract.ts'

export interface Receipt {
  /** Whose journey; at a child its own. */
  readonly name: string
  readonly packet: number
  readonly made: number
  readonly created: number
  readonly applied: number
  readonly merged: number
  readonly overruled: number
  readonly rejected: number
  readonly held: number
  /** UTC seconds; 0: not judged yet. */
  readonly judged: number
}

export const listReceipts = (read: Reading): Promise<Receipt[]> =>
  read.rows(
    sql<Receipt>`select k.name, l.packet, l.made, l.created, l.applied, l.merged, l.overruled, l.rejected, l.held, l.judged
      from hc_ledger l join hc_link k on k.link_id = l.link_id order by k.link_id, l.packet`,
  )
