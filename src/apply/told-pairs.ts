/**
 * Told pairs: what the parent calls the records that this child has made.
 * Role:  its word stands. A parent that was restored, and has read a packet of its lost life anew, has given other ids: from then
 *        on the child's records go by those, and what they hash to in the parent's ids is worked out again.
 * Never: touches the child's own ids.
 */
import { sql } from 'kysely'
import { rehash } from '../hashes/rehash.ts'
import type { Site } from '../log/site.ts'
import { keyOf } from '../log/version.ts'
import type { PacketHead } from '../packet/content.ts'
import { forgetRuns, keyOfId, type Run, readRuns, runsOf, singly, writeRuns } from '../packet/pairs.ts'
import type { Writing } from '../storage/contract.ts'
import { mergeInto } from './collisions.ts'
import { pointsAt } from './owners.ts'
import { wholeRow } from './rows.ts'

export async function learnPairs(site: Site, write: Writing, { pairs }: PacketHead): Promise<void> {
  if (pairs.length === 0) return
  const { tag, associate } = site.identity
  const told = pairs.flatMap(([table, local, parent, count]) =>
    singly({ table: table!, local: local!, parent: parent!, count: count! }),
  )
  const known = await readRuns(write, tag)
  const before = among(known, new Set(told.map(keyOfId)))
  const news = told.filter(one => before.get(keyOfId(one))?.parent !== one.parent)
  const others = news.flatMap(one => before.get(keyOfId(one)) ?? [])
  const rest = await forgetRuns(write, tag, known, others)
  await writeRuns(write, tag, associate, runsOf([...rest, ...news]))
  for (const former of others) await hashAgain(site, write, former)
  await becomeOne(site, write, news, ({ table, local }) => before.has(keyOf(table, local)))
}

/**
 * Somebody else had brought back the parent's record, and it came beside the child's own, before that was known to be the same.
 * @param wasOther the parent called it otherwise: what points at it may be here without it
 */
async function becomeOne(
  { dictionary }: Site,
  write: Writing,
  news: readonly Run[],
  wasOther: (one: Run) => boolean,
): Promise<void> {
  for (const [number, some] of Map.groupBy(news, ({ table }) => table)) {
    const table = dictionary.tableByNumber(number)
    if (!table) continue
    const rows = await write.lookup(
      wholeRow(table),
      some.map(({ parent }) => [parent]),
    )
    const same = some.filter((one, index) => rows[index] !== undefined || wasOther(one))
    for (const { local, parent } of same) {
      await mergeInto(write, dictionary, { table, old: parent, kept: local })
      await rehash(write, number, sql`select ${local} as id`)
    }
    // What is known of it under the parent's name would be of a record that is gone.
    const names = same.map(({ parent }) => [number, parent])
    for (const known of ['hc_version', 'hc_field_version'])
      await write.remove({ table: known, key: ['tablenumber', 'record_id'], columns: [] }, names)
  }
}

/** Of all runs those ids: a packet tells few, and a long journey has many. */
function among(runs: readonly Run[], ids: ReadonlySet<number>): ReadonlyMap<number, Run> {
  const found = new Map<number, Run>()
  for (const { table, local, parent, count } of runs)
    for (let k = 0; k < count; k++) {
      const id = keyOf(table, local + k)
      if (ids.has(id)) found.set(id, { table, local: local + k, parent: parent + k, count: 1 })
    }
  return found
}

/** What it was called before names nothing any more. */
async function hashAgain(
  { dictionary }: Site,
  write: Writing,
  { table: number, local, parent }: Run,
): Promise<void> {
  const table = dictionary.tableByNumber(number)
  if (!table) return
  await rehash(write, number, sql`select ${local} as id union all select ${parent}`)
  for (const child of dictionary.referrersOf(table)) {
    const key = sql.ref(child.table.fields[0]!.name)
    const referring = sql`select ${key} as id from ${sql.table(child.table.name)} where ${pointsAt(child, table, local)}`
    await rehash(write, child.table.number, referring)
  }
}
