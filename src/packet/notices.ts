/** Notices: what a DWN tells a child about its own edits. */
import { sql } from 'kysely'
import type { AreaSlot } from '../areas/definitions.ts'
import { isMember, isPartOf } from '../areas/membership.ts'
import type { Row } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import type { Query, Reading } from '../storage/contract.ts'
import type { WireLedger } from './content.ts'
import { namedConflicts } from './inbox.ts'
import type { Link } from './link.ts'
import { createdBy } from './pairs.ts'

/** Lines of the account that the child has not been sent in their present state. */
export async function newLedger(read: Reading, link: Link): Promise<WireLedger[]> {
  return read.rows(
    sql<WireLedger>`select packet, made, applied, merged, overruled, rejected, held, created, cancelled from hc_ledger
      where link_id = ${link.link_id} and told = 0 order by packet`,
  )
}

/** A journal entry as packets carry it: the columns below, in this order. */
export const CONFLICT_COLUMNS = [
  'conflict_id',
  'time',
  'packet',
  'tablenumber',
  'record_id',
  'verdict',
  'reason',
  'loser_associate',
  'loser_time',
  'winner_associate',
  'winner_time',
  'loser_kind',
  'winner_kind',
  'base',
  'mine',
  'theirs',
] as const

const VALUES_AT = CONFLICT_COLUMNS.indexOf('base')

/** Journal entries whose loser works on this link and has not been told, and those that new messages name. */
const untold = (link: Link): Query =>
  sql`from hc_conflict where (loser_link = ${link.link_id} and told = 0) or conflict_id in (${namedConflicts(link)})`

export const anyConflict = async (read: Reading, link: Link): Promise<boolean> =>
  (await read.row(sql`select 1 ${untold(link)} limit 1`)) !== undefined

/** In blocks: after a long journey of two who work on the same records there are hundreds of thousands. */
export async function* newConflicts(
  read: Reading,
  dictionary: LoadedDictionary,
  area: AreaSlot,
  link: Link,
): AsyncGenerator<Row[]> {
  const columns = sql.join([...CONFLICT_COLUMNS, 'loser_link'].map(name => sql.ref(name)))
  for await (const batch of read.batches(
    sql`select ${columns} ${untold(link)} order by conflict_id`,
    1_000,
  )) {
    const told: Row[] = []
    for (const row of batch) told.push(await asTold(read, dictionary, area, link, row))
    yield told
  }
}

/** About a record that the child should not hold it hears the outcome, not the values (SPEC 9, "The loser"). */
async function asTold(
  read: Reading,
  dictionary: LoadedDictionary,
  area: AreaSlot,
  link: Link,
  row: Row,
): Promise<Row> {
  const table = dictionary.tableByNumber(row[TABLE_AT] as number)
  const told = row.slice(0, CONFLICT_COLUMNS.length)
  const here = !table || !isPartOf(area, table) || (await mayKnow(read, table, area, link, row))
  return here ? told : [...told.slice(0, VALUES_AT), '', '', '']
}

const TABLE_AT = CONFLICT_COLUMNS.indexOf('tablenumber')
const RECORD_AT = CONFLICT_COLUMNS.indexOf('record_id')

/** What is in its area, or came from it; of a record that is gone nobody can tell, but its own edits it knows. */
async function mayKnow(read: Reading, table: Table, area: AreaSlot, link: Link, row: Row): Promise<boolean> {
  const record = sql`${row[RECORD_AT]}`
  const own = row[CONFLICT_COLUMNS.length] === link.link_id
  const key = sql.ref(table.fields[0]!.name)
  const known = await read.row(
    sql`select 1 where ${isMember(area, table, record)} or ${createdBy(link, table, record)}
      or (${own ? 1 : 0} = 1 and not exists (select 1 from ${sql.table(table.name)} where ${key} = ${record}))`,
  )
  return known !== undefined
}
