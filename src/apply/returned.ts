/**
 * Returned: after a restore, what this database had sent and has forgotten comes back from its children (SPEC 10).
 * Role:  pairs first, then operations under their own versions; several children bring the same, and it is taken once.
 * Never: counts as an edit of the child's.
 */
import { HomecomingError } from '../core/errors.ts'
import type { Table } from '../dictionary/model.ts'
import { readFieldVersions, versionOfField } from '../log/field-version.ts'
import type { Site } from '../log/site.ts'
import { MADE_HERE, readVersions, sameVersion, type Version } from '../log/version.ts'
import type { Frame } from '../packet/container.ts'
import { decodeOperations, type PacketHead } from '../packet/content.ts'
import { allLinks } from '../packet/link.ts'
import type { Run } from '../packet/pairs.ts'
import { readRejoin } from '../packet/rejoin-state.ts'
import { restoredAt } from '../packet/restored-at.ts'
import type { Writing } from '../storage/contract.ts'
import { answer } from './account.ts'
import { applyJudged } from './apply-up.ts'
import { withoutNamesOfOthers } from './named-twice.ts'
import { namedFields } from './obey-fields.ts'
import { type Incoming, incoming, partOf } from './operation.ts'
import { passOnReturned } from './pass-on.ts'
import { isMadeHere, namesOf, sameHere, sameUnderOtherId, standingByVersion } from './recognise.ts'
import { wholeRow } from './rows.ts'
import type { UpContext } from './up-context.ts'
import { Tally } from './verdict.ts'

/** What is told again is judged knowing that its sender had seen what this database still has. */
export async function afterRestore(context: UpContext, { again }: PacketHead): Promise<UpContext> {
  if (!again) return context
  const { seen } = await readRejoin(context.write, context.link.link_id)
  const otherwise = await context.ids.learn(
    again.pairs.map(([table, local, parent, count]) => ({
      table: table!,
      local: local!,
      parent: parent!,
      count: count!,
    })),
  )
  for (const { told, known } of otherwise) await oneOfTwo(context, told, known)
  const position = Math.min(seen, again.seen)
  return {
    ...context,
    seen: { ...context.seen, position, link: context.link.link_id, unknown: context.lost },
  }
}

/**
 * This side has read it once more, under another id. Where somebody has brought back the former one, that knows more. Where the
 * former id is another record's by now, its maker hears of the new one.
 */
async function oneOfTwo(context: UpContext, told: Run, known: number): Promise<void> {
  const table = context.dictionary.tableByNumber(told.table)
  if (!table) return
  const [row] = await context.write.lookup(wholeRow(table), [[told.parent]])
  if (!row) return sameUnderOtherId(context, table, told.parent, known)
  if (await isMadeHere(context, table, told.parent)) return
  await context.ids.pairAnew(told)
  await sameUnderOtherId(context, table, known, told.parent)
}

export async function applyReturned(site: Site, context: UpContext, frame: Frame): Promise<void> {
  const operations = decodeOperations(frame.body)
  const table = operations[0] && site.dictionary.tableByNumber(operations[0].table)
  if (!table) {
    if (operations.length === 0) return
    throw new HomecomingError(
      'DICTIONARY_DIFFERS',
      `the packet has table ${operations[0]!.table}, which is not known here`,
    )
  }
  const translated = await context.ids.operations(table, operations)
  const told = await incoming(context.databases, translated, time => Math.min(time, context.bounds.latest))
  const all = await withoutNamesOfOthers(context, table, told)
  const versions = await standingByVersion(context, table, namesOf(all))
  const byFields = await standing(context, table, all)
  const news: Incoming[] = []
  for (const operation of all) {
    const known = byFields.has(operation)
      ? operation.record
      : await sameHere(context, table, versions, operation.version, operation)
    // Of single fields the record's version says too little.
    if (known === undefined || (known === operation.record && operation.parts && !byFields.has(operation)))
      news.push(operation)
    else await alreadyHere(context, table, operation, known)
  }
  const returning = { ...context, tally: new Tally(), returned: true, isAbove: await madeAbove(context) }
  const here = await passOnReturned(returning, table, news)
  const seen = { ...context.seen, known: await knownOf(context, here) }
  await applyJudged({ ...returning, seen }, table, here)
}

/** What neither this database nor anybody who travels from here has made: a satellite's parent has it. */
async function madeAbove({ write, relays, databases }: UpContext): Promise<UpContext['isAbove']> {
  if (!relays) return () => false
  const below = new Set([MADE_HERE])
  for (const { tag } of await allLinks(write)) below.add(await databases.numberOf(tag))
  return version => version !== null && !below.has(version.maker)
}

/** Positions of this database that are named there: it has them, or the lost life had them. */
async function knownOf({ write }: UpContext, operations: readonly Incoming[]): Promise<ReadonlySet<number>> {
  const known = new Set<number>()
  const copy = (await restoredAt(write))?.position ?? 0
  for (const { version, parts } of operations)
    for (const name of [version, ...(parts ?? []).map(part => part.version)])
      if (name?.maker === MADE_HERE && (await isHere(write, name.position, copy))) known.add(name.position)
  return known
}

/** Its own row stands there. What was read again takes positions of the lost life, and may take one too many. */
async function isHere({ log }: Writing, position: number, copy: number): Promise<boolean> {
  if ((await log.idAt(position)) === 0) return false
  if (position <= copy) return true
  for await (const [row] of log.between(position - 1, position, 1)) return row?.origin === 0
  return false
}

/** Field by field: every field that it speaks of stands here under the same version. */
async function standing(
  { write, byField }: UpContext,
  table: Table,
  operations: readonly Incoming[],
): Promise<ReadonlySet<Incoming>> {
  const some = byField.has(table.number) ? operations.filter(({ parts }) => parts?.length) : []
  const records = some.map(({ record }) => record)
  const fields = await readFieldVersions(write, table.number, records)
  const versions = await readVersions(
    write,
    records.map(record => ({ table: table.number, record })),
  )
  const stands = (operation: Incoming, current: Version | undefined): boolean =>
    operation.kind === 'put' &&
    current?.deleted === false &&
    namedFields(table, operation).every(field => {
      const version = versionOfField(current, fields.get(operation.record), field)
      return version !== undefined && sameVersion(partOf(operation, field)!.version, version.name)
    })
  return new Set(some.filter((operation, index) => stands(operation, versions[index])))
}

/** Somebody else brought it before, perhaps under another id: then the two are one record. */
async function alreadyHere(
  context: UpContext,
  table: Table,
  { record }: Incoming,
  known: number,
): Promise<void> {
  if (known === record) return
  if (await isMadeHere(context, table, record)) await answer(context, table, [record, known])
  else await sameUnderOtherId(context, table, record, known)
}
