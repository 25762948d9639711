/**
 * Verify: a child holds what its parent holds of its area, table by table, value by value, by the parent's ids (SPEC 7).
 * Unsent work and held records make a difference that is no fault: exchange first.
 */
import { sql } from 'kysely'
import { LocalIds } from '../apply/local-ids.ts'
import { wholeRow } from '../apply/rows.ts'
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { sameInOneForm } from '../hashes/one-form.ts'
import type { Site } from '../log/site.ts'
import type { Link } from '../packet/link.ts'
import type { Progress } from '../prototype/build.ts'
import type { Query, Reading } from '../storage/contract.ts'
import { type Belongs, belongsTo, prepareBelongs } from './belongs.ts'
import { linkOf } from './exchange.ts'

export interface Difference {
  readonly table: string
  readonly record: number
  /** `not-in-area`: the parent has it, and this child should not. */
  readonly what: 'only-at-parent' | 'only-at-child' | 'not-in-area' | 'differs'
  /** Fields that differ. */
  readonly fields: readonly string[]
}

export interface Verified {
  readonly same: boolean
  readonly records: number
  readonly tables: number
  /** At most `limit` of them. */
  readonly differences: readonly Difference[]
  readonly differenceCount: number
}

const BLOCK = 2_000

/**
 * @param progress told before each table
 * @throws {HomecomingError} PACKET_FOREIGN when the two do not belong together
 */
export async function verify(
  parent: Site,
  child: Site,
  limit = 100,
  progress: Progress = () => {},
): Promise<Verified> {
  const link = await linkOf(parent, child)
  await prepareBelongs(parent)
  return parent.db.snapshot(above =>
    child.db.snapshot(below => compareAll(parent, child, link, above, below, limit, progress)),
  )
}

async function compareAll(
  parent: Site,
  child: Site,
  link: Link,
  above: Reading,
  below: Reading,
  limit: number,
  progress: Progress,
): Promise<Verified> {
  const ids = await LocalIds.read(below, child.dictionary, child.identity.tag)
  const belongs = await belongsTo(parent, above, link)
  const found = new Differences(limit)
  let records = 0
  const tables = parent.dictionary.prototyped
  for (const [index, table] of tables.entries()) {
    progress(`comparing ${table.name}`, index, tables.length)
    records += await compareTable(table, ids, belongs, above, below, found)
  }
  return {
    same: found.count === 0,
    records,
    tables: parent.dictionary.prototyped.length,
    differences: found.list,
    differenceCount: found.count,
  }
}

class Differences {
  readonly list: Difference[] = []
  count = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  add(difference: Difference): void {
    this.count += 1
    if (this.list.length < this.#limit) this.list.push(difference)
  }
}

/** Every row of the child against the parent's, then the parent's rows that the child lacks. */
async function compareTable(
  table: Table,
  ids: LocalIds,
  belongs: Belongs,
  above: Reading,
  below: Reading,
  found: Differences,
): Promise<number> {
  let count = 0
  for await (const batch of below.batches(everything(table), BLOCK)) {
    const rows = batch.map(row => ids.parentRow(table, row))
    const keys = rows.map(row => row[0] as number)
    const others = await above.lookup(
      wholeRow(table),
      keys.map(key => [key]),
    )
    const inArea = await belongs.inArea(table, keys)
    rows.forEach((row, index) => {
      const mayBe = inArea[index]! || ids.isOwn(table, batch[index]![0] as number)
      compareRow(table, row, others[index], mayBe, found)
    })
    count += rows.length
  }
  if (count !== (await countOf(above, table, belongs)) || found.count > 0)
    await findMissing(table, ids, belongs, above, below, found)
  return count
}

function compareRow(
  table: Table,
  mine: Row,
  theirs: Row | undefined,
  mayBe: boolean,
  found: Differences,
): void {
  const record = mine[0] as number
  if (!theirs || !mayBe) {
    found.add({ table: table.name, record, what: theirs ? 'not-in-area' : 'only-at-child', fields: [] })
    return
  }
  const fields = table.fields.filter(
    (field, index) => !field.derived && !sameInOneForm(field, mine[index], theirs[index]),
  )
  if (fields.length > 0)
    found.add({ table: table.name, record, what: 'differs', fields: fields.map(field => field.name) })
}

async function findMissing(
  table: Table,
  ids: LocalIds,
  belongs: Belongs,
  above: Reading,
  below: Reading,
  found: Differences,
): Promise<void> {
  for await (const batch of above.batches(everything(table, belongs.must(table)), BLOCK)) {
    const mine = await below.lookup(
      wholeRow(table),
      batch.map(row => [ids.local(table, row[0] as number)]),
    )
    batch.forEach((row, index) => {
      if (!mine[index])
        found.add({ table: table.name, record: row[0] as number, what: 'only-at-parent', fields: [] })
    })
  }
}

const everything = (table: Table, which: Query = sql`1 = 1`): Query =>
  sql`select ${sql.join(table.fields.map(field => sql.ref(`${table.name}.${field.name}`)))}
    from ${sql.table(table.name)} where ${which} order by ${sql.ref(`${table.name}.${table.fields[0]!.name}`)}`

async function countOf(read: Reading, table: Table, belongs: Belongs): Promise<number> {
  const counted = sql<{
    n: number
  }>`select count(*) as n from ${sql.table(table.name)} where ${belongs.must(table)}`
  return (await read.row(counted))?.n ?? 0
}
