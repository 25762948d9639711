/**
 * Owners: what belongs to a record by an owning reference goes with it (SPEC 9, "Deletions").
 * Role:  tells which incoming records have lost their owner, and deletes what a deletion covers.
 */
import { sql } from 'kysely'
import type { Row } from '../core/values.ts'
import type { Child, LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { keyOf, readVersions, type Version, type VersionName } from '../log/version.ts'
import type { Writing } from '../storage/contract.ts'
import { noteWritten } from './recount.ts'
import { targetOf, wholeRow } from './rows.ts'
import type { Reason } from './verdict.ts'

export type Ownerless = 'owner-deleted' | 'owner-refused' | 'owner-held' | 'owner-postponed'

interface Owner {
  readonly row: number
  readonly table: Table
  readonly record: number
}

export class Owners {
  readonly #write: Writing
  readonly #dictionary: LoadedDictionary
  /** New records that were not taken, with what that means for those below them. */
  readonly #refused = new Map<number, Ownerless>()
  /** Table numbers in which anything was ever deleted: elsewhere nobody needs to look. */
  #deletedIn: Set<number> | undefined

  constructor(write: Writing, dictionary: LoadedDictionary) {
    this.#write = write
    this.#dictionary = dictionary
  }

  /** @returns for each row why it may not live, or undefined */
  async missing(table: Table, rows: readonly Row[]): Promise<(Ownerless | undefined)[]> {
    const fields = this.#dictionary.owningParents(table)
    const reasons: (Ownerless | undefined)[] = rows.map(() => undefined)
    if (fields.length === 0 || rows.length === 0) return reasons
    const owners: Owner[] = []
    rows.forEach((row, index) => {
      for (const field of fields) {
        const target = field.targetOf(row)
        if (target) owners.push({ row: index, table: target, record: row[field.index] as number })
      }
    })
    for (const owner of owners)
      reasons[owner.row] ??= this.#refused.get(keyOf(owner.table.number, owner.record))
    for (const owner of await this.#deleted(owners)) reasons[owner.row] ??= 'owner-deleted'
    return reasons
  }

  async #deleted(owners: readonly Owner[]): Promise<Owner[]> {
    this.#deletedIn ??= await tablesWithDeletions(this.#write)
    const suspects = owners.filter(owner => this.#deletedIn!.has(owner.table.number))
    if (suspects.length === 0) return []
    const versions = await readVersions(
      this.#write,
      suspects.map(owner => ({ table: owner.table.number, record: owner.record })),
    )
    return suspects.filter((_, index) => versions[index]?.deleted)
  }

  refuse(table: Table, record: number, why: Ownerless): void {
    this.#refused.set(keyOf(table.number, record), why)
  }

  alive(table: Table, record: number): void {
    this.#refused.delete(keyOf(table.number, record))
  }

  noteDeletions(table: Table): void {
    this.#deletedIn?.add(table.number)
  }

  /** Deletes everything below these records, as changes made here by the one who deleted.
   *  @param seen tells the versions that who deleted had seen @returns the others: their edits are overruled */
  async cover(table: Table, gone: readonly Gone[], seen: Seen): Promise<Covered[]> {
    this.noteDeletions(table)
    const covered: Covered[] = []
    for (const child of this.#dictionary.childrenOf(table)) {
      for (const one of gone) {
        const below = await ownedBy(this.#write, child, table, one.record)
        if (below.length === 0) continue
        covered.push(...(await this.#unseen(child.table, below, one, seen)))
        await this.#removeAsEdit(child.table, below, one.associate)
        const deeper = below.map(record => ({ ...one, record }))
        covered.push(...(await this.cover(child.table, deeper, seen)))
      }
    }
    return covered
  }

  async #unseen(table: Table, records: readonly number[], by: Gone, seen: Seen): Promise<Covered[]> {
    const keys = records.map(record => ({ table: table.number, record }))
    const versions = await readVersions(this.#write, keys)
    const rows = await this.#write.lookup(
      wholeRow(table),
      records.map(record => [record]),
    )
    const known = await seen(table, records)
    return records.flatMap((record, index) => {
      const [version, row] = [versions[index], rows[index]]
      return version && row && !known(record, version, by) ? [{ table, record, version, row, by }] : []
    })
  }

  /** Captured, with whatever the application's own triggers do besides: all of it is a change made here. */
  async #removeAsEdit(table: Table, records: readonly number[], associate: number): Promise<void> {
    noteWritten(this.#write, table, records)
    await this.#write.actAs(associate)
    await this.#write.capture('on')
    await this.#write.attempt(() =>
      this.#write.remove(
        targetOf(table),
        records.map(record => [record]),
      ),
    )
    await this.#write.actAs(null)
    await this.#write.capture('off')
  }
}

/** Of records of a table: had whoever deleted seen this version? */
export type Seen = (
  table: Table,
  records: readonly number[],
) => Promise<(record: number, version: Version, by: Gone) => boolean>

/** A deleted record, and who deleted it when. */
export interface Gone {
  readonly record: number
  readonly associate: number
  readonly time: number
  /** The deletion itself. */
  readonly version: VersionName | null
  /** Whoever sent it has not made it. */
  readonly passed: boolean
}

/** A record that a deletion covered, as it was: its last edit is overruled. */
export interface Covered {
  readonly table: Table
  readonly record: number
  readonly version: Version
  readonly row: Row
  readonly by: Gone
}

/** Keys of the records that this field says belong to the record. */
async function ownedBy(write: Writing, child: Child, owner: Table, record: number): Promise<number[]> {
  const key = child.table.fields[0]!.name
  const rows = await write.rows(
    sql<{ id: number }>`select ${sql.ref(key)} as id from ${sql.table(child.table.name)}
      where ${pointsAt(child, owner, record)}`,
  )
  return rows.map(row => row.id)
}

/** The condition under which a row of `child.table` points at this record. */
export function pointsAt(child: Child, target: Table, record: number) {
  const points = sql`${sql.ref(child.field.name)} = ${record}`
  if (child.field.selector === undefined) return points
  const selector = child.table.fields[child.field.selector]!.name
  const values = selectorValues(child, target)
  return sql`${points} and ${sql.ref(selector)} in (${sql.join(values)})`
}

/** The values of a typed or pair reference's selector that mean `target`. */
function selectorValues({ field }: Child, target: Table): number[] {
  const { reference } = field
  if (reference.kind === 'pair') return [target.number]
  if (reference.kind !== 'typed') return []
  return Object.entries(reference.tables)
    .filter(([, name]) => name === target.name)
    .map(([type]) => Number(type))
}

async function tablesWithDeletions(write: Writing): Promise<Set<number>> {
  const rows = await write.rows(
    sql<{ t: number }>`select distinct tablenumber as t from hc_version where deleted = 1`,
  )
  return new Set(rows.map(row => row.t))
}

export const reasonOfOwner = (why: Ownerless): Reason =>
  why === 'owner-deleted' ? 'owner-deleted' : 'owner-refused'
