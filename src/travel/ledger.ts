/** Ledger: what was made and what became of it, per journey (SPEC 9). made = the sum of the five. */
import { sql } from 'kysely'
import { PARENT_LINK } from '../log/version.ts'
import type { Reading } from '../storage/contract.ts'

export interface Account {
  readonly made: number
  readonly created: number
  readonly applied: number
  readonly merged: number
  readonly overruled: number
  readonly rejected: number
  readonly held: number
  /** Sent, but no answer has come yet; or not sent yet (at a child). */
  readonly unanswered: number
}

/** At a child: of its own edits. */
export const ownAccount = (read: Reading): Promise<Account> => accountOf(read, PARENT_LINK)

/** @param link at a parent: of the edits that came over this link */
export async function accountOf(read: Reading, link: number): Promise<Account> {
  const row = await read.row(
    sql<Account>`select coalesce(sum(made), 0) as made, coalesce(sum(created), 0) as created,
      coalesce(sum(applied), 0) as applied, coalesce(sum(merged), 0) as merged, coalesce(sum(overruled), 0) as overruled,
      coalesce(sum(rejected), 0) as rejected, coalesce(sum(held), 0) as held,
      coalesce(sum(case when judged = 0 then made - cancelled else 0 end), 0) as unanswered
      from hc_ledger where link_id = ${link}`,
  )
  return (
    row ?? { made: 0, created: 0, applied: 0, merged: 0, overruled: 0, rejected: 0, held: 0, unanswered: 0 }
  )
}
