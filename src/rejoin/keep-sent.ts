/**
 * Keep sent: a new record that this copy has not sent, but the life that was lost had: the other side has it. It keeps its id,
 * or gets the one that another copy has given it since, and goes up as a change of what the other side has, not as another record.
 */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/load.ts'
import { LOG } from '../log/types.ts'
import { MADE_HERE, type RecordKey } from '../log/version.ts'
import type { Insert } from '../packet/rejoin-notes.ts'
import type { Writing } from '../storage/contract.ts'
import { moveRecord } from './renumber.ts'

/** @param after position behind which nothing has been sent @param by how far the names of what is unsent have jumped */
export async function keepSent(
  write: Writing,
  dictionary: LoadedDictionary,
  after: number,
  by: number,
  inserts: readonly Insert[],
): Promise<void> {
  const kept: RecordKey[] = []
  for (const insert of inserts) {
    if (!(await isOurs(write, after, insert))) continue
    const [table, old, , , now = old] = insert
    if (now !== old) await moveRecord(write, dictionary, dictionary.tableByNumber(table)!, old, now)
    kept.push({ table, record: now })
  }
  const rows = kept.length > 0 ? await write.log.about(kept) : []
  for (const { type, table, record, position } of rows.toReversed())
    if (type === LOG.insert) await asSent(write, { table, record }, by, position)
}

/** The same Insert: the same person under the same id in the same second. */
async function isOurs(write: Writing, after: number, insert: Insert): Promise<boolean> {
  const [table, id, clock, associate] = insert
  const row = await write.row(sql`select 1 from hc_version v join traveltransactionlog l
    on l.tablenumber = v.tablenumber and l.record_id = v.record_id and l.type = ${LOG.insert}
    where v.tablenumber = ${table} and v.record_id = ${id} and v.born = 1 and v.link = ${MADE_HERE}
    and v.position > ${after} and l.ttime = ${clock} and l.associate_id = ${associate}`)
  return row !== undefined
}

/**
 * What it replaces is what the Insert was called in the lost life: both had that. What either has changed since may have the same
 * name, for both counted on from there: time decides about it.
 */
async function asSent(
  write: Writing,
  { table, record }: RecordKey,
  by: number,
  inserted: number,
): Promise<void> {
  const which = sql`tablenumber = ${table} and record_id = ${record} and maker = ${MADE_HERE}`
  const agreed = sql`agreed_maker = maker, agreed_position = maker_position - ${by} - position + ${inserted}`
  await write.run(sql`update hc_version set born = 0, ${agreed} where ${which}`)
  await write.run(sql`update hc_field_version set ${agreed} where ${which}`)
}
