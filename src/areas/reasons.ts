/**
 * Reasons: of one record and one area, which membership rules hold and which do not, with the path to where each begins.
 * Role:   follows the dictionary's rules from the record itself, row by row, for people who ask (SPEC 7).
 * Never:  believes the journal (hc_member): what it says is compared with this. For many records see rules.ts.
 */
import { sql } from 'kysely'
import type { Row } from '../core/values.ts'
import { isByArea, pointer } from '../dictionary/followers.ts'
import type { IdField } from '../dictionary/id-field.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { MembershipRule, Table } from '../dictionary/model.ts'
import type { Reading } from '../storage/contract.ts'
import type { AreaDefinition } from './area-rows.ts'
import { keyName, selects } from './rules.ts'

export interface Who {
  readonly id: number
  readonly name: string
}

/** A record and the area: it is a member where any rule holds. */
export interface Membership {
  readonly table: string
  readonly record: number
  readonly exists: boolean
  /** The rules that hold. */
  readonly because: readonly Reason[]
  /** The rules that do not, said only where none holds. */
  readonly but: readonly Lack[]
}

/** A record that another follows, and the field that says so. */
export interface Leader {
  readonly field: string
  readonly of: Membership
}

/** A rule that holds. */
export type Reason =
  | { readonly rule: 'everything' | 'everywhere' }
  | { readonly rule: 'owner'; readonly field: string; readonly associate: Who }
  /** `associate` is absent where the record names no user: it is for all. */
  | { readonly rule: 'user'; readonly field: string; readonly associate?: Who; readonly assigned: boolean }
  | ({ readonly rule: 'parent' } & Leader)
  | { readonly rule: 'ends'; readonly ends: readonly Leader[] }
  /** `of` points at the record by `field`. */
  | ({ readonly rule: 'reverse' } & Leader)
  | { readonly rule: 'listed'; readonly table: string; readonly record: number }

/** A rule that does not hold. What it looks for is absent where the record has nothing of that kind. */
export type Lack =
  | { readonly rule: 'stays' }
  /** `follows`: the owner counts only where this field is empty, and it is not. */
  | { readonly rule: 'owner'; readonly field: string; readonly associate?: Who; readonly follows?: string }
  | { readonly rule: 'user'; readonly field: string; readonly associate: Who }
  | { readonly rule: 'parent'; readonly field: string; readonly of?: Membership }
  | { readonly rule: 'ends'; readonly ends: readonly { readonly field: string; readonly of?: Membership }[] }
  | { readonly rule: 'reverse'; readonly table: string; readonly field: string; readonly of?: Membership }
  | { readonly rule: 'listed'; readonly table: string }

export const isIn = ({ because }: Membership): boolean => because.length > 0

/** One area, looked at in one transaction. */
export class Reasons {
  readonly #dictionary: LoadedDictionary
  readonly #read: Reading
  readonly #area: AreaDefinition
  readonly #known = new Map<string, Promise<Membership>>()

  constructor(dictionary: LoadedDictionary, read: Reading, area: AreaDefinition) {
    this.#dictionary = dictionary
    this.#read = read
    this.#area = area
  }

  /** Nothing follows in circles (dictionary/check-membership.ts), so this ends. */
  of(table: Table, record: number): Promise<Membership> {
    const key = `${table.number} ${record}`
    const known = this.#known.get(key) ?? this.#explain(table, record)
    this.#known.set(key, known)
    return known
  }

  async #explain(table: Table, record: number): Promise<Membership> {
    const row = await this.#rowOf(table, record)
    const about = { table: table.name, record, exists: row !== undefined }
    if (!row) return { ...about, because: [], but: [] }
    if (!reachesChildren(this.#dictionary, table)) return { ...about, because: [], but: [{ rule: 'stays' }] }
    if (this.#area.allData) return { ...about, because: [{ rule: 'everything' }], but: [] }
    if (!isByArea(table)) return { ...about, because: [{ rule: 'everywhere' }], but: [] }
    const because: Reason[] = []
    const but: Lack[] = []
    for (const rule of table.membership!) {
      const { reason, lack } = await this.#judge(table, row, rule)
      if (reason) because.push(reason)
      if (lack) but.push(lack)
    }
    return { ...about, because, but: because.length > 0 ? [] : but }
  }

  #judge(table: Table, row: Row, rule: MembershipRule): Judged | Promise<Judged> {
    switch (rule.kind) {
      case 'owner':
        return this.#byOwner(table, row, rule)
      case 'user':
        return this.#byUser(table, row, rule.field)
      case 'parent':
        return this.#byParent(table, row, rule.field)
      case 'ends':
        return this.#byEnds(table, row, rule.fields)
      case 'reverse':
        return this.#byPointers(table, row, rule)
      case 'listed':
        return this.#byList(table, row, rule)
      case 'everywhere':
        return { reason: { rule: 'everywhere' } }
      default:
        throw rule satisfies never
    }
  }

  async #byOwner(
    table: Table,
    row: Row,
    { field, onlyIfEmpty }: Extract<MembershipRule, { kind: 'owner' }>,
  ): Promise<Judged> {
    const id = this.#valueOf(table, row, field)
    const associate = id ? await this.#who(id) : undefined
    const about = { rule: 'owner', field, ...(associate && { associate }) } as const
    if (onlyIfEmpty !== undefined && this.#valueOf(table, row, onlyIfEmpty))
      return { lack: { ...about, follows: onlyIfEmpty } }
    if (associate && this.#area.included.includes(id)) return { reason: { ...about, associate } }
    return { lack: about }
  }

  async #byUser(table: Table, row: Row, field: string): Promise<Judged> {
    const target = pointer(this.#dictionary, table, field).targetOf(row)
    if (target?.name !== this.#dictionary.dictionary.parts.associate.table)
      return { reason: { rule: 'user', field, assigned: false } }
    const associate = await this.#who(this.#valueOf(table, row, field))
    const assigned = this.#area.assigned.includes(associate.id)
    const about = { rule: 'user', field, associate } as const
    if (assigned || this.#area.included.includes(associate.id)) return { reason: { ...about, assigned } }
    return { lack: about }
  }

  async #byParent(table: Table, row: Row, field: string): Promise<Judged> {
    const of = await this.#target(table, row, field)
    if (of && isIn(of)) return { reason: { rule: 'parent', field, of } }
    return { lack: { rule: 'parent', field, ...(of && { of }) } }
  }

  async #byEnds(table: Table, row: Row, fields: readonly string[]): Promise<Judged> {
    const ends: { field: string; of?: Membership }[] = []
    for (const field of fields) {
      const of = await this.#target(table, row, field)
      ends.push({ field, ...(of && { of }) })
    }
    const there = ends.filter((end): end is Leader => end.of !== undefined && isIn(end.of))
    if (there.length === ends.length) return { reason: { rule: 'ends', ends: there } }
    return { lack: { rule: 'ends', ends: ends.filter(end => !there.includes(end as Leader)) } }
  }

  /** Mostly one record points there; of several, one that is in the area is enough. */
  async #byPointers(
    table: Table,
    row: Row,
    rule: Extract<MembershipRule, { kind: 'reverse' }>,
  ): Promise<Judged> {
    const from = this.#dictionary.table(rule.table)
    const found: Membership[] = []
    for (const id of await this.#pointersTo(table, row, from, rule.field)) found.push(await this.of(from, id))
    const of = found.find(isIn)
    if (of) return { reason: { rule: 'reverse', field: rule.field, of } }
    const [first] = found
    return { lack: { rule: 'reverse', table: from.name, field: rule.field, ...(first && { of: first }) } }
  }

  async #byList(table: Table, row: Row, rule: Extract<MembershipRule, { kind: 'listed' }>): Promise<Judged> {
    const [record] = await this.#pointersTo(table, row, this.#dictionary.table(rule.table), rule.field)
    if (record === undefined) return { lack: { rule: 'listed', table: rule.table } }
    return { reason: { rule: 'listed', table: rule.table, record } }
  }

  /** The record that a field points at. @returns undefined where it points at nothing */
  #target(table: Table, row: Row, name: string): Promise<Membership | undefined> {
    const field: IdField = pointer(this.#dictionary, table, name)
    const target = field.targetOf(row)
    return target ? this.of(target, Number(row[field.index])) : Promise.resolve(undefined)
  }

  async #pointersTo(table: Table, row: Row, from: Table, name: string): Promise<number[]> {
    const field = pointer(this.#dictionary, from, name)
    const key = sql.ref(`x.${keyName(from)}`)
    const rows = await this.#read.rows(sql<{ id: number }>`select ${key} as id from ${sql.table(from.name)} x
      where ${sql.ref(`x.${name}`)} = ${row[0]} and ${selects('x', from, field, table)} order by ${key}`)
    return rows.map(({ id }) => id)
  }

  async #rowOf(table: Table, record: number): Promise<Row | undefined> {
    const columns = table.fields.map(field => field.name)
    const [row] = await this.#read.lookup({ table: table.name, key: [keyName(table)], columns }, [[record]])
    return row
  }

  #valueOf = (table: Table, row: Row, field: string): number =>
    Number(row[this.#dictionary.fieldIndex(table, field)] ?? 0)

  async #who(id: number): Promise<Who> {
    return { id, name: await nameOf(this.#dictionary, this.#read, id) }
  }
}

interface Judged {
  readonly reason?: Reason
  readonly lack?: Lack
}

const reachesChildren = (dictionary: LoadedDictionary, table: Table): boolean =>
  table.travels.prototype || dictionary.goesDown(table)

/** The login of an associate; the number of one that is gone. */
export async function nameOf(
  dictionary: LoadedDictionary,
  read: Reading,
  associate: number,
): Promise<string> {
  const { table, name } = dictionary.dictionary.parts.associate
  const key = sql.ref(keyName(dictionary.table(table)))
  const row = await read.row(
    sql<{
      name: string | null
    }>`select ${sql.ref(name)} as name from ${sql.table(table)} where ${key} = ${associate}`,
  )
  return row?.name || String(associate)
}
