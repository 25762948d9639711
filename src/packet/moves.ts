/**
 * Moves: the records that entered or left an area, as operations.
 * Shape:  entered -> put with all values · left -> leave, or delete where the record is gone for everybody.
 */
import { sql } from 'kysely'
import type { AreaSlot } from '../areas/definitions.ts'
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import type { Site } from '../log/site.ts'
import type { Query, Reading } from '../storage/contract.ts'
import { BLOCK, dwnOperation } from './changes.ts'
import type { Operation } from './content.ts'
import type { DwnScope } from './dwn-scope.ts'

/** What moved in an area since a position, as far as it tells how to look for it. */
export interface Moved {
  /** So few that they are found by their positions, and not by going through all moves of a table. */
  readonly few: boolean
  readonly any: boolean
  /** @param entered 1 entered, 0 left */
  has(table: Table, entered: number): boolean
}

const FEW = 5_000

export async function movedSince(site: Site, read: Reading, area: number, cut: number): Promise<Moved> {
  const moves = isRelay(site)
    ? sql`select tablenumber, 0 as entered from hc_left where position > ${cut}`
    : sql`select tablenumber, entered from hc_move where area_id = ${area} and position > ${cut}`
  const rows = await read.rows(sql<{ t: number; entered: number; n: number }>`
    select tablenumber as t, entered, count(*) as n from (${moves}) m group by tablenumber, entered`)
  const found = new Set(rows.map(row => row.t * 2 + row.entered))
  const all = rows.reduce((sum, row) => sum + row.n, 0)
  return { few: all <= FEW, any: all > 0, has: (table, entered) => found.has(table.number * 2 + entered) }
}

/** Its travellers take all of it; what leaves its own area leaves them too (SPEC 6, "Leave"). What enters is a change here. */
const isRelay = (site: Site): boolean => site.identity.kind === 'satellite'

/** In the order of their ids, what leaves first: it makes room. */
export async function* movedRecords(scope: DwnScope, table: Table): AsyncGenerator<Operation[]> {
  const { area, cut, moved } = scope
  const number = moved.few ? sql`+w.tablenumber` : sql`w.tablenumber`
  for (const entered of [0, 1]) {
    if (!moved.has(table, entered)) continue
    const keys = isRelay(scope.site)
      ? sql`select w.record_id as id, 0 as here from hc_left w where w.position > ${cut} and ${number} = ${table.number}`
      : sql`select w.record_id as id, ${here(area, entered)} as here from hc_move w
      where w.area_id = ${area.area_id} and w.position > ${cut} and ${number} = ${table.number} and w.entered = ${entered}`
    yield* operationsOn(scope, table, keys)
  }
}

/** What an area of everything has lost was deleted: if it is there it was brought back since, and nothing notes that it entered. */
const here = ({ alldata }: AreaSlot, entered: number): number => (alldata === 1 ? 1 : entered)

/** @param keys ids of records of the table, and 1 where the receiver is to hold them (`id`, `here`) */
export async function* operationsOn(scope: DwnScope, table: Table, keys: Query): AsyncGenerator<Operation[]> {
  const names = table.fields.map(field => field.name)
  const query = sql`select k.id, k.here, v.maker, v.maker_position, v.time, v.associate_id, v.link, l.position,
    ${sql.join(names.map(name => sql.ref(`t.${name}`)))}
    from (${keys}) k left join hc_version v on v.tablenumber = ${table.number} and v.record_id = k.id
    left join hc_left l on l.tablenumber = ${table.number} and l.record_id = k.id
    left join ${sql.table(table.name)} t on ${sql.ref(`t.${names[0]!}`)} = k.id order by k.id`
  for await (const rows of scope.write.batches(query, BLOCK)) {
    yield rows.map(row => operationOf(scope, table, row))
  }
}

function operationOf({ databases }: DwnScope, table: Table, row: Row): Operation {
  const n = (at: number) => row[at] as number
  const values = row[FIRST] == null ? null : row.slice(FIRST)
  const here = n(1) === 1
  const version =
    row[2] == null
      ? undefined
      : { name: { maker: n(2), position: n(3) }, time: n(4), associate: n(5), link: n(6) }
  const changed = { record: n(0), version, values: here ? values : null, base: null }
  return {
    ...dwnOperation(databases, table, changed),
    kind: kindOf(values !== null, here, row[LEFT_AT] != null),
  }
}

/** Where the first field stands in a row. */
const FIRST = 8

const LEFT_AT = 7

const kindOf = (exists: boolean, here: boolean, left: boolean): Operation['kind'] =>
  exists ? (here ? 'put' : 'leave') : left ? 'leave' : 'delete'
