/**
 * Verdicts: what central says of edits that came over a satellite, taken back to whoever brought them there.
 * Role:   central notes what it did not take just as it came, by the version's name; the satellite enters it in the
 *         account of the UP with which its traveller had sent it. A higher verdict replaces a lower one (SPEC 9, "The ledger").
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { isSatellite } from '../packet/link.ts'
import type { WireVerdict } from '../packet/relay.ts'
import type { Writing } from '../storage/contract.ts'
import type { DwnContext } from './dwn-context.ts'
import { moveVerdict } from './ledger.ts'
import type { Incoming } from './operation.ts'
import { tell } from './tell.ts'
import type { UpContext } from './up-context.ts'
import { Tally, type Verdict } from './verdict.ts'

/** At the judge. What was taken as it came needs no word, unless somebody waits for one. */
export async function noteVerdict(
  { write, link }: Pick<UpContext, 'write' | 'link'>,
  table: Table,
  operation: Incoming,
  verdict: Verdict,
): Promise<void> {
  if (!isSatellite(link) || operation.version === null) return
  const { maker, position } = operation.version
  await write.upsert(
    {
      table: 'hc_verdict',
      key: ['link_id', 'tablenumber', 'record_id', 'maker', 'maker_position'],
      columns: ['verdict'],
    },
    [[link.link_id, table.number, operation.record, maker, position, verdict]],
  )
}

export const oneVerdict = (tally: Tally): Verdict =>
  (['held', 'rejected', 'overruled', 'merged', 'applied'] as const).find(each => tally[each] > 0) ?? 'applied'

/** At the satellite. */
export async function learnVerdicts(context: DwnContext, verdicts: readonly WireVerdict[]): Promise<void> {
  for (const [table, record, tag, position, verdict] of verdicts) {
    const maker = await context.databases.numberOf(tag)
    const version = { table, record, maker, position }
    if (!(await decidePassed(context, version, verdict as Verdict)))
      await revise(context.write, version, verdict as Verdict)
  }
}

interface Named {
  readonly table: number
  readonly record: number
  readonly maker: number
  readonly position: number
}

const named = ({ table, record, maker, position }: Named) =>
  sql`tablenumber = ${table} and record_id = ${record} and maker = ${maker} and maker_position = ${position}`

async function decidePassed({ write, now }: DwnContext, version: Named, verdict: Verdict): Promise<boolean> {
  const one = await write.row(
    sql<{
      id: number
      link: number
      packet: number
      associate: number
    }>`select passed_id as id, link_id as link, packet,
      associate_id as associate from hc_passed where ${named(version)} and sent > 0`,
  )
  if (!one) return false
  if (verdict === 'held') return true
  const tally = new Tally()
  tally.add(verdict)
  await moveVerdict(write, one.link, one.packet, tally)
  await write.run(sql`delete from hc_passed where passed_id = ${one.id}`)
  // Of what was lost, the journal's own message tells.
  if (verdict === 'applied')
    await tell(write, [
      {
        ...one,
        table: version.table,
        record: version.record,
        time: now,
        was: 'held',
        verdict,
        reason: '',
        conflict: 0,
      },
    ])
  return true
}

async function revise(write: Writing, version: Named, verdict: Verdict): Promise<void> {
  const one = await write.row(
    sql<{ link: number; packet: number; was: Verdict }>`select link_id as link, packet, verdict as was
      from hc_brought where ${named(version)}`,
  )
  if (!one || one.was === verdict) return
  await write.run(sql`update hc_ledger set ${sql.ref(one.was)} = ${sql.ref(one.was)} - 1,
    ${sql.ref(verdict)} = ${sql.ref(verdict)} + 1, told = 0 where link_id = ${one.link} and packet = ${one.packet}`)
  await write.run(sql`update hc_brought set verdict = ${verdict} where ${named(version)}`)
}

/** What central has judged for good need not be found again. */
export const forgetBrought = (write: Writing, acknowledged: number): Promise<number> =>
  write.run(sql`delete from hc_brought where sent > 0 and sent <= ${acknowledged} and verdict <> 'held'`)

/** At the satellite: an edit of a traveller that stands, as it will be sent on. @param verdict what was said of it here */
export async function noteBrought(
  { write, link, packet }: UpContext,
  table: Table,
  brought: readonly {
    readonly record: number
    readonly maker: number
    readonly position: number
    readonly verdict: Verdict
  }[],
): Promise<void> {
  await write.upsert(
    {
      table: 'hc_brought',
      key: ['tablenumber', 'record_id', 'maker', 'maker_position'],
      columns: ['link_id', 'packet', 'verdict', 'sent'],
    },
    brought.map(one => [
      table.number,
      one.record,
      one.maker,
      one.position,
      link.link_id,
      packet,
      one.verdict,
      0,
    ]),
  )
}
