/**
 * Parent ids: gives an ordinary id to every temporary id of an UP, before anything is judged (SPEC 3).
 * Role:  keys, references and the previous contact or project in log rows; aliases are followed.
 * Shape: a block of operations in, the same with the parent's ids out; new pairs are written as runs.
 */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { isTravelId, type RecordId } from '../core/ids.ts'
import type { Row, Value } from '../core/values.ts'
import type { IdField } from '../dictionary/id-field.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { takeFreeIds } from '../log/sequence.ts'
import { LOG } from '../log/types.ts'
import { keyOf } from '../log/version.ts'
import type { Operation, WireLogRow } from '../packet/content.ts'
import { isSatellite, type Link, updateLink } from '../packet/link.ts'
import { forgetRuns, keyOfId, type Run, readRuns, runsOf, singly, writeRuns } from '../packet/pairs.ts'
import type { Writing } from '../storage/contract.ts'

/** What of an operation is ids. */
type Named = Pick<Operation, 'record' | 'values' | 'base'>

export class ParentIds {
  readonly #write: Writing
  readonly #dictionary: LoadedDictionary
  readonly #link: Link
  /** keyOf(table, temporary id) -> ordinary id */
  readonly #known: Map<number, RecordId>
  /** keyOf(table, record) of operations that followed an alias, by their record or by a reference */
  readonly #turned = new Set<number>()
  /** keyOf(table, old id) -> kept id */
  readonly #aliases: Map<number, RecordId>

  private constructor(
    write: Writing,
    dictionary: LoadedDictionary,
    link: Link,
    known: Map<number, RecordId>,
    aliases: Map<number, RecordId>,
  ) {
    this.#write = write
    this.#dictionary = dictionary
    this.#link = link
    this.#known = known
    this.#aliases = aliases
  }

  static async read(write: Writing, dictionary: LoadedDictionary, link: Link): Promise<ParentIds> {
    const known = new Map<number, RecordId>()
    for (const run of await readRuns(write, link.tag)) {
      for (let k = 0; k < run.count; k++) known.set(keyOf(run.table, run.local + k), run.parent + k)
    }
    return new ParentIds(write, dictionary, link, known, await readAliases(write))
  }

  /** @param operations of one table */
  async operations(table: Table, operations: readonly Operation[]): Promise<Operation[]> {
    await this.#allocate(this.#unseenIn(table, operations))
    return operations.map(operation => this.#operation(table, operation))
  }

  async logRows(rows: readonly WireLogRow[]): Promise<WireLogRow[]> {
    await this.#allocate(this.#unseenInLog(rows))
    return rows.map(row => this.#logRow(row))
  }

  /**
   * After a restore of this side: pairs that the sender was told in the lost life, or that were recognised.
   * @returns those of which this side has given another id meanwhile
   */
  async learn(runs: readonly Run[]): Promise<{ told: Run; known: RecordId }[]> {
    const all = runs.flatMap(singly).map(told => ({ told, known: this.#known.get(keyOfId(told)) }))
    const unknown = all.filter(({ known }) => known === undefined).map(({ told }) => told)
    for (const { table, local, parent } of unknown) this.#known.set(keyOf(table, local), parent)
    await writeRuns(this.#write, this.#link.tag, this.#link.travel_id, runsOf(unknown))
    return all.flatMap(({ told, known }) =>
      known === undefined || known === told.parent ? [] : [{ told, known }],
    )
  }

  /** What the sender calls so has that id here, and no other. All pairs are told once more. */
  async pairAnew(told: Run): Promise<void> {
    const { tag, travel_id } = this.#link
    const rest = await forgetRuns(this.#write, tag, await readRuns(this.#write, tag), [told])
    await writeRuns(this.#write, tag, travel_id, runsOf([...rest, told]))
    this.#known.set(keyOfId(told), told.parent)
    await updateLink(this.#write, this.#link.link_id, { pairs_told: 0 })
  }

  isKnown(table: Table, id: RecordId): boolean {
    return this.#known.has(keyOf(table.number, id))
  }

  /** The id here of a record that its sender has told of before. */
  record(table: Table, id: RecordId): RecordId {
    return this.#follow(table, id)
  }

  /** It is about the record that was kept in a merge, or points at it now: its author has the old one. */
  turned(table: Table, record: RecordId): boolean {
    return this.#turned.has(keyOf(table.number, record))
  }

  /** From now on `old` stands for `kept`. */
  alias(table: Table, old: RecordId, kept: RecordId): void {
    this.#aliases.set(keyOf(table.number, old), kept)
    if (this.#aliases.get(keyOf(table.number, kept)) === old) this.#aliases.delete(keyOf(table.number, kept))
  }

  /** What has waited here names what has been merged since. */
  renamed<T extends Named>(table: Table, operation: T): T {
    return this.#aliases.size === 0 ? operation : this.#operation(table, operation)
  }

  /** The same object where nothing in it changes, which is the rule. */
  #operation<T extends Named>(table: Table, operation: T): T {
    const record = this.#follow(table, operation.record)
    const values = this.#row(table, operation.values)
    const base = this.#row(table, operation.base)
    if (this.#isMerged(table, operation.record)) this.#turned.add(keyOf(table.number, record))
    const same = record === operation.record && values === operation.values && base === operation.base
    return same ? operation : { ...operation, record, values, base }
  }

  #row(table: Table, row: Row | null): Row | null {
    if (row === null) return null
    let translated: Value[] | undefined
    const put = (index: number, target: Table): void => {
      const id = this.#follow(target, row[index] as number)
      if (id === row[index]) return
      translated ??= [...row]
      translated[index] = id
      if (index > 0 && this.#isMerged(target, row[index] as number))
        this.#turned.add(keyOf(table.number, this.#follow(table, row[0] as number)))
    }
    put(0, table)
    for (const field of this.#dictionary.idFields(table)) {
      if (!this.#mayChange(row[field.index])) continue
      const target = field.targetOf(row)
      if (target) put(field.index, target)
    }
    return translated ?? row
  }

  #mayChange(id: Value | undefined): boolean {
    return typeof id === 'number' && (isTravelId(id) || this.#aliases.size > 0)
  }

  #logRow(row: WireLogRow): WireLogRow {
    const table = this.#dictionary.tableByNumber(row.table)
    if (!table) return row
    const target = previousTable(this.#dictionary, table, row)
    const previous = target ? this.#follow(target, row.previous) : row.previous
    // Where a new record became one with another, the other has begun before.
    const type = row.type === LOG.insert && this.#isMerged(table, row.record) ? LOG.update : row.type
    return { ...row, type, record: this.#follow(table, row.record), previous }
  }

  #isMerged(table: Table, id: RecordId): boolean {
    return this.#aliases.size > 0 && this.#aliases.has(keyOf(table.number, this.#ordinary(table, id)))
  }

  #ordinary(table: Table, id: RecordId): RecordId {
    return isTravelId(id) ? (this.#known.get(keyOf(table.number, id)) ?? id) : id
  }

  #follow(table: Table, id: RecordId): RecordId {
    let result = this.#ordinary(table, id)
    if (this.#aliases.size === 0) return result
    for (let kept = this.#aliases.get(keyOf(table.number, result)); kept !== undefined; ) {
      result = kept
      kept = this.#aliases.get(keyOf(table.number, result))
    }
    return result
  }

  #unseenIn(table: Table, operations: readonly Operation[]): Map<Table, Set<RecordId>> {
    const unseen = new Map<Table, Set<RecordId>>()
    const fields = this.#dictionary.idFields(table)
    for (const operation of operations) {
      this.#note(unseen, table, operation.record)
      if (operation.values) this.#noteRow(unseen, fields, operation.values)
      if (operation.base) this.#noteRow(unseen, fields, operation.base)
    }
    return unseen
  }

  #noteRow(unseen: Map<Table, Set<RecordId>>, fields: readonly IdField[], row: Row): void {
    for (const field of fields) {
      const id = row[field.index]
      if (typeof id !== 'number' || !isTravelId(id)) continue
      const target = field.targetOf(row)
      if (target) this.#note(unseen, target, id)
    }
  }

  #unseenInLog(rows: readonly WireLogRow[]): Map<Table, Set<RecordId>> {
    const unseen = new Map<Table, Set<RecordId>>()
    for (const row of rows) {
      const table = this.#dictionary.tableByNumber(row.table)
      if (!table) continue
      this.#note(unseen, table, row.record)
      const target = previousTable(this.#dictionary, table, row)
      if (target) this.#note(unseen, target, row.previous)
    }
    return unseen
  }

  #note(unseen: Map<Table, Set<RecordId>>, table: Table, id: RecordId): void {
    if (!isTravelId(id) || this.#known.has(keyOf(table.number, id))) return
    // No high id is ever left in a satellite (SPEC 3): none can come from there.
    if (isSatellite(this.#link)) throw highId(this.#link, table, id)
    const ids = unseen.get(table)
    if (ids) ids.add(id)
    else unseen.set(table, new Set([id]))
  }

  async #allocate(unseen: ReadonlyMap<Table, ReadonlySet<RecordId>>): Promise<void> {
    const runs: Run[] = []
    for (const [table, ids] of unseen) {
      const sorted = [...ids].sort((a, b) => a - b)
      const first = await takeFreeIds(this.#write, table, sorted.length)
      sorted.forEach((id, index) => {
        this.#known.set(keyOf(table.number, id), first + index)
      })
      const given = sorted.map((local, index) => ({
        table: table.number,
        local,
        parent: first + index,
        count: 1,
      }))
      runs.push(...runsOf(given))
    }
    await writeRuns(this.#write, this.#link.tag, this.#link.travel_id, runs)
  }
}

const highId = (link: Link, table: Table, id: RecordId): HomecomingError =>
  new HomecomingError('PACKET_INVALID', `${link.name} sent a traveller's id: ${table.name} ${id}`, {
    table: table.name,
    record: id,
  })

/** Which table `prev_record_id` of a log row points at. */
export function previousTable(
  dictionary: LoadedDictionary,
  table: Table,
  row: { type: number; flags: number },
): Table | undefined {
  const fields =
    row.type === LOG.updateOwner
      ? dictionary.ownerFields(table)
      : row.type === LOG.updateContact
        ? dictionary.contactFields(table)
        : row.type === LOG.updateProject
          ? dictionary.projectFields(table)
          : []
  const field = fields.find(index => index === row.flags) ?? fields[0]
  return dictionary.idFields(table).find(id => id.index === field)?.targets[0]
}

async function readAliases(write: Writing): Promise<Map<number, RecordId>> {
  const rows = await write.rows(
    sql<{
      t: number
      o: number
      k: number
    }>`select tablenumber as t, old_id as o, kept_id as k from hc_alias`,
  )
  return new Map(rows.map(row => [keyOf(row.t, row.o), row.k]))
}
