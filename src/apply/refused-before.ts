/**
 * Refused before: new records of a link that were not taken in an earlier packet, and are not here now.
 * Role:  what is put below one of them later shares its fate (SPEC 9, "Deletions"). The journal remembers it.
 */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { isSatellite, type Link } from '../packet/link.ts'
import { runOwner } from '../packet/pairs.ts'
import type { Query, Reading } from '../storage/contract.ts'
import type { Ownerless } from './owners.ts'
import { wholeRow } from './rows.ts'

export interface RefusedRecord {
  readonly table: Table
  readonly record: number
  readonly why: Ownerless
}

interface Lost {
  readonly tablenumber: number
  readonly record_id: number
  readonly verdict: 'rejected' | 'overruled'
}

/** An edit of a record that is still here, or came back, was refused as an edit only. */
export async function refusedBefore(
  read: Reading,
  dictionary: LoadedDictionary,
  link: Link,
): Promise<RefusedRecord[]> {
  const lost = await read.rows(
    sql<Lost>`select distinct tablenumber, record_id, verdict from hc_conflict
      where loser_link = ${link.link_id} and loser_kind = 'put' and verdict in ('rejected', 'overruled')
      and ${created(link)}`,
  )
  const refused: RefusedRecord[] = []
  for (const [number, ofTable] of Map.groupBy(lost, one => one.tablenumber)) {
    const table = dictionary.tableByNumber(number)
    if (!table || dictionary.childrenOf(table).length === 0) continue
    const keys = ofTable.map(one => [one.record_id])
    const rows = await read.lookup({ ...wholeRow(table), columns: [table.fields[0]!.name] }, keys)
    for (const [index, { record_id, verdict }] of ofTable.entries())
      if (!rows[index]) refused.push({ table, record: record_id, why: WITHOUT[verdict] })
  }
  return refused
}

const WITHOUT: Readonly<Record<Lost['verdict'], Ownerless>> = {
  rejected: 'owner-refused',
  overruled: 'owner-deleted',
}

/** A traveller's new records were given ids here: of a hundred thousand lost edits hardly one is of these. */
const created = (link: Link): Query =>
  isSatellite(link)
    ? sql`1 = 1`
    : sql`exists (select 1 from travelidmapping p where p.cdbname = ${runOwner(link.tag)}
        and p.table_number = hc_conflict.tablenumber
        and hc_conflict.record_id between p.parent_id and p.parent_id + p.counter - 1)`
