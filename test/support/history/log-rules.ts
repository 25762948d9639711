/** What the log and the versions of an office must look like, whatever happened. */
import { sql } from 'kysely'
import type { Table } from '../../../src/dictionary/model.ts'
import { LOG } from '../../../src/log/types.ts'
import type { Desk } from '../office.ts'

interface OwnerRow {
  readonly record: number
  readonly previous: number
  readonly flags: number
}

/** Watches the owner fields of the office: an UpdateOwner names the owner that was there before. */
export class OwnerWatch {
  readonly #desk: Desk
  #owners = new Map<string, number>()
  #lastLogId = 0

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async start(): Promise<void> {
    this.#owners = await this.#look()
    this.#lastLogId = await this.#lastId()
  }

  /** Call after each thing that happened. @returns what is wrong since the last call */
  async check(): Promise<string[]> {
    const before = this.#owners
    const from = this.#lastLogId
    await this.start()
    const wrong: string[] = []
    for (const table of this.#tables()) wrong.push(...(await this.#checkTable(table, before, from)))
    return wrong
  }

  async #checkTable(table: Table, before: Map<string, number>, from: number): Promise<string[]> {
    const rows = await this.#desk.rows(
      sql<OwnerRow>`select record_id as record, prev_record_id as previous, flags from traveltransactionlog
        where traveltransactionlog_id > ${from} and type = ${LOG.updateOwner} and tablenumber = ${table.number} order by 1`,
    )
    const fields = this.#desk.site.dictionary.ownerFields(table)
    const deleted = await this.#deletedIn(table, from)
    const first = new Map<string, number>()
    for (const row of rows) {
      const field = row.flags === 0 ? fields[0]! : row.flags
      const key = `${table.name} ${row.record} ${field}`
      if (!first.has(key)) first.set(key, row.previous)
    }
    return [...before].flatMap(([key, owner]) => {
      if (!key.startsWith(`${table.name} `)) return []
      const now = this.#owners.get(key)
      if (now === undefined || (now === owner && !first.has(key))) return []
      if (deleted.has(Number(key.split(' ')[1]))) return []
      return first.get(key) === owner
        ? []
        : [`UpdateOwner of ${key}: ${owner} -> ${now}, the log says ${first.get(key)}`]
    })
  }

  /** What was made again since has an owner from the beginning: no row of the log says who had it before. */
  async #deletedIn(table: Table, from: number): Promise<ReadonlySet<number>> {
    const rows = await this.#desk.rows(
      sql<{ record: number }>`select record_id as record from traveltransactionlog
        where traveltransactionlog_id > ${from} and type = ${LOG.delete} and tablenumber = ${table.number}`,
    )
    return new Set(rows.map(({ record }) => record))
  }

  #tables(): Table[] {
    const { dictionary } = this.#desk.site
    return dictionary.captured.filter(table => dictionary.ownerFields(table).length > 0)
  }

  async #look(): Promise<Map<string, number>> {
    const owners = new Map<string, number>()
    for (const table of this.#tables()) {
      const key = table.fields[0]!.name
      for (const field of this.#desk.site.dictionary.ownerFields(table)) {
        const rows = await this.#desk.rows(
          sql<{
            id: number
            owner: number
          }>`select ${sql.ref(key)} as id, ${sql.ref(table.fields[field]!.name)} as owner from ${sql.table(table.name)}`,
        )
        for (const row of rows) owners.set(`${table.name} ${row.id} ${field}`, row.owner)
      }
    }
    return owners
  }

  async #lastId(): Promise<number> {
    const [row] = await this.#desk.rows(
      sql<{ id: number | null }>`select max(traveltransactionlog_id) as id from traveltransactionlog`,
    )
    return row?.id ?? 0
  }
}

/** Rows that came from a child name its traveller as author, and a time at which that person worked. */
export async function checkAuthors(office: Desk, worked: ReadonlySet<string> | undefined): Promise<string[]> {
  const rows = await office.rows(
    sql<{
      origin: number
      associate: number
      time: number
      id: number
    }>`select origin_id as origin, associate_id as associate, ttime as time,
      traveltransactionlog_id as id from traveltransactionlog where origin_id > 0 and type <> 0`,
  )
  return rows.flatMap(row => {
    if (row.associate !== row.origin) return [`log row ${row.id} from ${row.origin} names ${row.associate}`]
    if (worked && !worked.has(`${row.associate} ${row.time}`))
      return [`log row ${row.id}: ${row.associate} did nothing at ${row.time}`]
    return []
  })
}
