/**
 * Own aliases: merges that a packet from below tells before its operations.
 * Role:  decided alike where both records are here; where the kept one is new it may come with the operations behind, and is
 *        looked for once more after those, and so is what was merged below it. What goes with an edit that whoever merged had
 *        not seen is kept in the journal.
 *        Where this side has merged the same two, perhaps the other way round, its word stands.
 */
import { sql } from 'kysely'
import { isMember, isPartOf } from '../areas/membership.ts'
import { isTravelId } from '../core/ids.ts'
import type { Child } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { keyOf, NOBODY, readVersions } from '../log/version.ts'
import { answer } from './account.ts'
import { earlyAmong, type Merge } from './early-aliases.ts'
import { type ConflictEntry, writeJournal } from './journal.ts'
import { isSeen } from './judge.ts'
import { pointsAt } from './owners.ts'
import { wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'
import { seenBy } from './write-cases.ts'

export type Alias = readonly [table: number, old: number, kept: number]

/**
 * Merges that a satellite has decided, or this side itself in a life that is lost.
 * @returns those of which the kept record is not here, as it may be new, and come in this packet; and those below them
 */
export async function applyOwnAliases(context: UpContext, aliases: readonly Alias[]): Promise<Alias[]> {
  const early: Alias[] = []
  const waiting = await earlyAmong(context, aliases.map(alias => namedBy(context, alias)).filter(isMerge))
  for (const alias of aliases) {
    const { table, old, kept } = namedBy(context, alias)
    if (!table || isTravelId(old) || isTravelId(kept)) continue
    // They are one here already. Their sender may have removed just the one that was kept here.
    if (old === kept) await answer(context, table, [kept])
    else if (waiting.has(keyOf(table.number, old))) early.push(alias)
    else {
      await journalUnseen(context, table, old, kept)
      await context.collisions.merge(table, old, kept, context.position)
      context.ids.alias(table, old, kept)
    }
  }
  return early
}

/** The old record goes, with an edit that whoever merged had not seen. */
async function journalUnseen(context: UpContext, table: Table, old: number, kept: number): Promise<void> {
  const [row, keptRow] = await context.write.lookup(wholeRow(table), [[old], [kept]])
  const [version, other] = await readVersions(
    context.write,
    [old, kept].map(record => ({ table: table.number, record })),
  )
  if (!row || !version || version.name.maker === NOBODY || isSeen(context.seen, version)) return
  const hasSeen = await seenBy(context)(table, [old])
  const by = {
    record: old,
    associate: other?.associate ?? 0,
    time: other?.time ?? 0,
    version: null,
    passed: false,
  }
  if (hasSeen(old, version, by)) return
  const entry: ConflictEntry = {
    table,
    record: old,
    verdict: 'overruled',
    reason: 'unique-merged',
    loserLink: Math.max(version.link, 0),
    stood: true,
    loser: { kind: 'put', associate: version.associate, time: version.time, values: row },
    winner: { kind: 'put', associate: by.associate, time: by.time, values: keptRow ?? null },
    base: null,
  }
  const { link, packet, bounds } = context
  await writeJournal(context.write, [entry], { link: link.link_id, packet, now: bounds.latest })
}

/**
 * The kept record never came: it is deleted here, or was refused. So the old one stands, and all that its sender has turned
 * to the other one, or merged below: they are answered, and names that led to it are told once more (see told-aliases.ts).
 */
export async function refuseAliases(context: UpContext, aliases: readonly Alias[]): Promise<void> {
  for (const alias of aliases) {
    const { table, old, kept } = namedBy(context, alias)
    if (!table) continue
    await answer(context, table, [old, kept])
    if (!(await isHere(context, table, kept))) context.history.setAside(table, kept)
    for (const child of context.dictionary.referrersOf(table)) await answerThose(context, child, table, old)
    await context.write.run(sql`update hc_alias set position = ${context.position}
      where tablenumber = ${table.number} and kept_id = ${old}`)
  }
}

/** What points at a record, as far as the child may hold it. */
async function answerThose(
  { write, link, area, dictionary }: UpContext,
  child: Child,
  target: Table,
  record: number,
): Promise<void> {
  const { table } = child
  if (!dictionary.goesDown(table)) return
  const id = sql.ref(table.fields[0]!.name)
  const here = area && isPartOf(area, table) ? isMember(area, table, id) : sql`true`
  await write.run(sql`insert into hc_answer (link_id, tablenumber, record_id)
    select ${link.link_id}, ${table.number}, ${id} from ${sql.table(table.name)}
    where ${pointsAt(child, target, record)} and ${here} on conflict do nothing`)
}

const isHere = async ({ write }: UpContext, table: Table, record: number): Promise<boolean> =>
  (await write.lookup(wholeRow(table), [[record]]))[0] !== undefined

const isMerge = (one: ReturnType<typeof namedBy>): one is Merge =>
  one.table !== undefined && one.old !== one.kept && !isTravelId(one.old) && !isTravelId(one.kept)

function namedBy({ dictionary, ids }: UpContext, [number, theirOld, theirKept]: Alias) {
  const table = dictionary.tableByNumber(number)
  return table
    ? { table, old: ids.record(table, theirOld), kept: ids.record(table, theirKept) }
    : { table, old: theirOld, kept: theirKept }
}
