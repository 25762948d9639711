/**
 * Prepare child: turns a bare copy of tables into a travel database that only lacks its identity.
 * Role:  travel tables, our own tables, sequences and capture, all there before the first download.
 */
import { capturePlan } from '../capture/plan.ts'
import { firstId } from '../core/ids.ts'
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { fieldLevelNow, setFieldLevel } from '../log/field-level.ts'
import { sequenceRow } from '../log/sequence.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { createOwnTables } from './own-tables.ts'

/** The range of a child that gives out permanent ids: a satellite. */
export interface OwnRange {
  readonly prefix: number
  readonly nextId: (table: Table) => Promise<number>
}

/** @param write in the copy @param range absent: a traveller, with each table's travel prefix */
export async function prepareChild(site: Site, write: Writing, range?: OwnRange): Promise<void> {
  const settings = await settingsOf(site)
  await createTravelTables(site, write)
  await createOwnTables(write.schema)
  await writeSetting(write, 'schema-version', settings.version)
  await setFieldLevel(write, settings.fieldLevel)
  await writeSetting(write, 'dictionary', settings.dictionary)
  await writeSetting(write, 'default-associate', String(settings.defaultAssociate))
  await write.insert(
    { table: 'sequence', key: ['id'], columns: ['next_id', 'tablename', 'tablenumber'] },
    await sequences(site, range),
  )
  await write.schema.installCapture(
    capturePlan(site.dictionary, {
      child: true,
      ...(range === undefined ? {} : { prefix: range.prefix }),
      defaultAssociate: settings.defaultAssociate,
      fieldLevel: new Set(
        [...settings.fieldLevel].flatMap(number => site.dictionary.tableByNumber(number)?.name ?? []),
      ),
    }),
  )
}

const settingsOf = (site: Site) =>
  site.db.snapshot(async read => ({
    version: (await readSetting(read, 'schema-version')) ?? '',
    dictionary: (await readSetting(read, 'dictionary')) ?? '',
    fieldLevel: await fieldLevelNow(read),
    defaultAssociate: Number((await readSetting(read, 'default-associate')) ?? 0),
  }))

async function createTravelTables(site: Site, write: Writing): Promise<void> {
  const there = new Set(site.dictionary.prototyped.map(table => table.name))
  for (const table of site.dictionary.tables) {
    if (there.has(table.name)) continue
    await write.schema.createTable(table)
    await write.schema.createIndexes(table)
  }
}

/** Each row's stored number already is the next id: prefix × 2^24 + 1. The log counts from 1. */
async function sequences({ dictionary }: Site, range: OwnRange | undefined): Promise<Row[]> {
  const rows: Row[] = []
  for (const table of dictionary.tables) {
    const next = range ? await range.nextId(table) : firstId(dictionary.travelPrefixOf(table))
    const first = table.name === 'traveltransactionlog' ? 1 : next
    rows.push([sequenceRow(table.number), first, table.name, table.number])
  }
  return rows
}
