/**
 * Renumber: new records of ours whose ids the other side knows from the life that was lost get new ones, before anybody
 * has seen them.
 * Role:  the record itself, whatever points at it, its versions and its log rows.
 */
import { sql } from 'kysely'
import { pointsAt } from '../apply/owners.ts'
import { previousTable } from '../apply/parent-ids.ts'
import type { RecordId } from '../core/ids.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { takeIds } from '../log/sequence.ts'
import { LOG } from '../log/types.ts'
import { baseTable } from '../packet/changes.ts'
import type { Renumbered } from '../packet/rejoin-notes.ts'
import type { Writing } from '../storage/contract.ts'

/** @param after position behind which nothing has been sent @param known the highest ids that the other side knows, by table */
export async function renumber(
  write: Writing,
  dictionary: LoadedDictionary,
  after: number,
  known: readonly (readonly [table: number, id: number])[],
): Promise<Renumbered[]> {
  const renumbered: Renumbered[] = []
  for (const [number, highest] of known) {
    const table = dictionary.tableByNumber(number)
    if (!table || !dictionary.captured.includes(table)) continue
    const born = await write.rows(
      sql<{ id: RecordId }>`select record_id as id from hc_version where tablenumber = ${number} and born = 1
        and link = 0 and position > ${after} and record_id / 16777216 = ${highest} / 16777216 and record_id <= ${highest}
        order by record_id`,
    )
    for (const { id } of born) {
      const now = await takeIds(write, number, 1)
      await moveRecord(write, dictionary, table, id, now)
      renumbered.push([number, id, now])
    }
  }
  return renumbered
}

export async function moveRecord(
  write: Writing,
  dictionary: LoadedDictionary,
  table: Table,
  old: RecordId,
  id: RecordId,
): Promise<void> {
  await write.capture('off')
  const key = sql.ref(table.fields[0]!.name)
  await write.run(sql`update ${sql.table(table.name)} set ${key} = ${id} where ${key} = ${old}`)
  for (const child of dictionary.referrersOf(table))
    await write.run(sql`update ${sql.table(child.table.name)} set ${sql.ref(child.field.name)} = ${id}
      where ${pointsAt(child, table, old)}`)
  if (dictionary.goesUp(table))
    await write.run(sql`delete from ${sql.table(baseTable(table))} where ${key} = ${old}`)
  for (const name of ['hc_version', 'hc_field_version', 'hc_wanted', 'hc_held'])
    await write.run(sql`update ${sql.table(name)} set record_id = ${id}
      where tablenumber = ${table.number} and record_id = ${old}`)
  await write.run(sql`update traveltransactionlog set record_id = ${id}
    where tablenumber = ${table.number} and record_id = ${old}`)
  await turnPrevious(write, dictionary, table, old, id)
}

/** Log rows that name it as the owner, contact or project that was there before. */
async function turnPrevious(
  write: Writing,
  dictionary: LoadedDictionary,
  table: Table,
  old: RecordId,
  id: RecordId,
): Promise<void> {
  const types = sql.join([LOG.updateOwner, LOG.updateContact, LOG.updateProject])
  const rows = await write.rows(
    sql<{ log: number; type: number; t: number; flags: number }>`select traveltransactionlog_id as log, type,
      tablenumber as t, coalesce(flags, 0) as flags from traveltransactionlog where prev_record_id = ${old} and type in (${types})`,
  )
  for (const row of rows) {
    const from = dictionary.tableByNumber(row.t)
    if (from && previousTable(dictionary, from, row) === table)
      await write.run(
        sql`update traveltransactionlog set prev_record_id = ${id} where traveltransactionlog_id = ${row.log}`,
      )
  }
}
