/**
 * Enlarge: brings a database to a dictionary that has grown: new tables, new fields at the end, their capture.
 * Role:  the same step at a parent, whose administrator grows it, and at a child, which learns of it by a packet.
 */
import { firstId } from '../core/ids.ts'
import type { Comparison } from '../dictionary/grow.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { sequenceRow } from '../log/sequence.ts'
import { writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { planFor } from './plan-for.ts'

/** @param captured whether changes are captured in this database now */
export async function enlarge(
  site: Site,
  write: Writing,
  next: LoadedDictionary,
  growth: Extract<Comparison, { kind: 'grew' }>,
  captured: boolean,
): Promise<void> {
  for (const { table, fields } of growth.grown) await write.schema.growTable(table, fields)
  for (const table of growth.tables) await addTable(site, write, next, table)
  await writeSetting(write, 'dictionary', JSON.stringify(next.dictionary))
  if (captured) await write.schema.installCapture(await planFor({ ...site, dictionary: next }, write))
}

async function addTable(site: Site, write: Writing, next: LoadedDictionary, table: Table): Promise<void> {
  await write.schema.createTable(table)
  await write.schema.createIndexes(table)
  const first = firstId(site.identity.prefix ?? next.travelPrefixOf(table))
  await write.insert({ table: 'sequence', key: ['id'], columns: ['next_id', 'tablename', 'tablenumber'] }, [
    [sequenceRow(table.number), first, table.name, table.number],
  ])
}
