/**
 * DWN hashes: a child's account of what its records were when both sides were last in accord (SPEC 10, "Sameness").
 * Shape:  an operation that is obeyed brings its hash along · what came to rest otherwise is hashed from its row.
 * Never:  hashes a record with an edit on its way: what the parent has of it is not known here. It is hashed when the edit
 *         is answered, and nothing is compared before.
 */
import { sql } from 'kysely'
import { isTravelId } from '../core/ids.ts'
import type { Row } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { exchangeHashes } from '../hashes/leaves.ts'
import { type Hash, hasherOf, NO_HASH } from '../hashes/record-hash.ts'
import { forgetRehash, readRehash, rehashThese } from '../hashes/rehash.ts'
import { plus, SumChanges } from '../hashes/sums.ts'
import { hashedTables, OWN_SIDE, PARENT_SIDE } from '../hashes/tables.ts'
import { readSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { COMPARED } from '../prototype/copy-hashes.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import type { LocalIds } from './local-ids.ts'
import type { Incoming } from './operation.ts'
import { wholeRow } from './rows.ts'

/** Of DwnContext. */
export interface Around {
  readonly site: { readonly dictionary: LoadedDictionary }
  readonly write: Writing
  readonly ids: LocalIds
}

const BLOCK = 2_000

export class DwnHashes {
  /** A satellite's own children are told of the same changes: some of them have no version. */
  readonly #satellite: boolean
  readonly #sums = new SumChanges(PARENT_SIDE)
  readonly #touched = new Map<number, Set<number>>()

  private constructor(satellite: boolean) {
    this.#satellite = satellite
  }

  static async of(site: Site, read: Reading): Promise<DwnHashes | undefined> {
    if ((await readSetting(read, COMPARED)) === undefined) return undefined
    return new DwnHashes(site.identity.kind === 'satellite')
  }

  /** Whole records, as the parent has them. */
  async put(around: Around, table: Table, operations: readonly Incoming[]): Promise<void> {
    if (!hashedTables(around.site.dictionary).includes(table)) return
    const hasher = hasherOf(table)
    const records = operations.map(({ record }) => around.ids.parent(table, record))
    const hashes = operations.map(({ kind, values }) =>
      kind === 'put' ? hasher.of(around.ids.parentRow(table, values!)) : NO_HASH,
    )
    await this.#exchange(around.write, table, records, hashes)
    const unnamed = operations.filter(({ kind, version }) => kind === 'leave' || version === null)
    await this.#forOwnChildren(around.write, table, unnamed)
  }

  /** Records that are hashed from their rows once everything is applied. */
  touch(table: Table, operations: readonly { readonly record: number }[]): void {
    const some = this.#touched.get(table.number) ?? new Set()
    this.#touched.set(table.number, some)
    for (const { record } of operations) some.add(record)
  }

  /** Edits of ours that are answered with this packet, most of them by nothing being said. */
  async touchSettled({ site, write }: Around, acknowledged: number): Promise<void> {
    const rows = await write.rows(sql<{ t: number; record: number }>`
      select tablenumber as t, record_id as record from hc_version where sent > 0 and sent <= ${acknowledged}
      union select tablenumber, record_id from hc_field_version where sent > 0 and sent <= ${acknowledged}`)
    for (const [number, some] of Map.groupBy(rows, row => row.t)) {
      const table = site.dictionary.tableByNumber(number)
      if (table) this.touch(table, some)
    }
  }

  async write(around: Around): Promise<void> {
    const { site, write } = around
    for (const [number, records] of await readRehash(write, PARENT_SIDE))
      this.touch(
        site.dictionary.tableByNumber(number)!,
        records.map(record => ({ record })),
      )
    await forgetRehash(write, PARENT_SIDE, !this.#satellite)
    for (const table of hashedTables(site.dictionary)) {
      const records = [...(this.#touched.get(table.number) ?? [])].sort((a, b) => a - b)
      for (let start = 0; start < records.length; start += BLOCK)
        await this.#hashRows(around, table, records.slice(start, start + BLOCK))
    }
    await this.#sums.write(write)
  }

  async #hashRows(around: Around, table: Table, some: readonly number[]): Promise<void> {
    const { ids, write } = around
    const moving = await onTheirWay(write, table, some)
    const records = some.filter(record => !moving.has(record))
    const hasher = hasherOf(table)
    const rows = await write.lookup(
      wholeRow(table),
      records.map(record => [record]),
    )
    const all = records.map((record, index) => {
      const row = rows[index]
      return { record, own: ids.parent(table, record), row: row && ids.parentRow(table, row) }
    })
    const nameless = ({ row }: { readonly row: Row | undefined }) =>
      row !== undefined && hasTravelId(around, table, row)
    const [later, now] = [all.filter(nameless), all.filter(one => !nameless(one))]
    await rehashThese(
      write,
      PARENT_SIDE,
      table.number,
      later.map(({ record }) => record),
    )
    await this.#exchange(
      write,
      table,
      now.map(({ own }) => own),
      now.map(({ row }) => (row ? hasher.of(row) : NO_HASH)),
    )
    await this.#forOwnChildren(write, table, now)
  }

  async #exchange(
    write: Writing,
    table: Table,
    records: readonly number[],
    hashes: readonly Hash[],
  ): Promise<void> {
    const before = await exchangeHashes(write, PARENT_SIDE, table.number, records, hashes)
    for (const [index, old] of before.entries()) this.#sums.add(0, table.number, plus(old, hashes[index]!))
  }

  async #forOwnChildren(
    write: Writing,
    table: Table,
    operations: readonly { readonly record: number }[],
  ): Promise<void> {
    if (!this.#satellite) return
    await rehashThese(
      write,
      OWN_SIDE,
      table.number,
      operations.map(({ record }) => record),
    )
  }
}

/** A packet may acknowledge a new record before another tells what the parent calls it: it is hashed with that one. */
function hasTravelId({ site }: Around, table: Table, row: Row): boolean {
  const ids = [0, ...site.dictionary.idFields(table).map(field => field.index)]
  return ids.some(index => isTravelId(Number(row[index] ?? 0)))
}

/** Records with an edit that the parent has not answered, or that the database here has refused. What waits at a satellite for one of its own children is not in its rows. */
async function onTheirWay(
  read: Reading,
  table: Table,
  records: readonly number[],
): Promise<ReadonlySet<number>> {
  const keys = records.map(record => [table.number, record])
  const versions = await read.lookup(
    { table: 'hc_version', key: ['tablenumber', 'record_id'], columns: ['sent', 'position', 'link'] },
    keys,
  )
  const held = await read.rows(
    sql<{ record: number }>`select record_id as record from hc_held
      where link_id = ${PARENT_LINK} and tablenumber = ${table.number}`,
  )
  const refused = new Set(held.map(({ record }) => record))
  const cut = await read.row(
    sql<{ at: number }>`select cut_position as at from hc_link where link_id = ${PARENT_LINK}`,
  )
  const found = new Set<number>()
  for (const [index, record] of records.entries()) {
    const [sent, position, link] = (versions[index] ?? [0, 0, PARENT_LINK]) as [number, number, number]
    const unsent = link !== PARENT_LINK && position > (cut?.at ?? 0)
    if (sent > 0 || unsent || refused.has(record)) found.add(record)
  }
  return found
}
