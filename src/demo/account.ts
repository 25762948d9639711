/**
 * Account: every edit is counted twice, by two ways that share nothing.
 *   made:     at the child, from its own log: different records within each sealed UP
 *   verdicts: at the office, from its ledger
 */
import { type HomecomingDatabase, readStatus, showPacket, sql } from '../index.ts'
import type { Traveller } from './stage.ts'

export interface Verdicts {
  readonly applied: number
  readonly merged: number
  readonly overruled: number
  readonly rejected: number
  readonly held: number
}

export interface Account extends Verdicts {
  readonly created: number
  readonly made: number
}

/** At the child, after its last UP was sealed and before its key is destroyed. */
export async function countMade({ desk, post }: Traveller): Promise<number> {
  const numbers = new Set<number>()
  let made = 0
  for (const path of await post.all('up')) {
    const { label, head } = await showPacket(path, desk.database)
    if (!head?.content || numbers.has(label.number)) continue
    numbers.add(label.number)
    made += await recordsIn(desk.database, head.firstLogId, head.lastLogId)
  }
  return made
}

/** Rows that came from the office are not edits of this person: their origin is not this database. */
async function recordsIn(child: HomecomingDatabase, first: number, last: number): Promise<number> {
  if (first === 0) return 0
  const row = await child.db.snapshot(read =>
    read.row(sql<{ n: number }>`select count(*) as n from (select distinct tablenumber, record_id
      from traveltransactionlog where origin_id = 0 and type <> 0
      and traveltransactionlog_id between ${first} and ${last}) records`),
  )
  return row?.n ?? 0
}

/** What the office says became of it, by the names of those who were away. */
export async function verdictsOf(
  central: HomecomingDatabase,
): Promise<Map<string, Verdicts & { created: number }>> {
  const { links } = await readStatus(central)
  return new Map(links.map(({ name, account }) => [name, account]))
}

export function sum(accounts: readonly Account[]): Omit<Account, 'created'> {
  const of = (what: keyof Account) => accounts.reduce((total, account) => total + account[what], 0)
  return {
    made: of('made'),
    applied: of('applied'),
    merged: of('merged'),
    overruled: of('overruled'),
    rejected: of('rejected'),
    held: of('held'),
  }
}
