/**
 * History: writes the log rows of what took effect, with their own times and people (SPEC 2, "Applying and capture").
 * The previous owner, contact or project in them is the receiver's.
 */
import type { Row } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { partsOfFields } from '../log/fold.ts'
import { LOG } from '../log/types.ts'
import { keyOf } from '../log/version.ts'
import type { WireLogRow } from '../packet/content.ts'
import type { LogRow, Writing } from '../storage/contract.ts'
import type { IncomingPart } from './operation.ts'

/** `clock`: what the maker's own clock said, where the time was corrected. */
export type NewLogRow = Omit<LogRow, 'position' | 'id'> & { readonly clock?: number }

interface RoleChange {
  readonly type: number
  readonly field: number
  readonly flags: number
  readonly previous: number
}

type Kind = 'put' | 'delete' | 'leave'

interface Effect {
  readonly table: number
  readonly record: number
  readonly kind: Kind
  readonly born: boolean
  readonly time: number
  readonly associate: number
  readonly values: Row | null
  /** Field by field each change has a time and an author of its own. */
  readonly parts?: readonly Pick<IncomingPart, 'field' | 'time' | 'associate'>[] | null
}

/** What a packet changed here, so that its log rows can be matched with it. Small: only what differs is kept. */
export class History {
  readonly #dictionary: LoadedDictionary
  readonly #refused = new Set<number>()
  readonly #aside = new Set<number>()
  readonly #lost = new Map<number, ReadonlyMap<number, number>>()
  readonly #roles = new Map<number, { effect: Effect; changes: RoleChange[] }>()
  #any: Effect | undefined
  readonly #untold = new Map<number, Effect>()
  /** The record whose winning save is being written. */
  #save: number | undefined

  constructor(dictionary: LoadedDictionary) {
    this.#dictionary = dictionary
  }

  /** Its log rows are not written. */
  refused(table: Table, record: number): void {
    this.#refused.add(keyOf(table.number, record))
  }

  /** The same, unless something else is taken of it. */
  setAside(table: Table, record: number): void {
    this.#aside.add(keyOf(table.number, record))
  }

  /** The new record became one with another: the other is what its author has edited. */
  merged(table: Table, operation: Omit<Effect, 'table'>, kept: number): void {
    this.#any ??= effectOf(table, { ...operation, record: kept, born: false })
  }

  /** These fields of a record were not taken: its log rows do not name them. */
  lost(table: Table, record: number, fields: readonly number[]): void {
    if (fields.length > 0) this.#lost.set(keyOf(table.number, record), new Map(partsOfFields(fields)))
  }

  /**
   * It took effect, and its log rows may not come with it: those of a record that was asked for in full went with the edit
   * that waited for it, and who passes an operation on has none.
   */
  untold(table: Table, operation: Omit<Effect, 'table'>): void {
    const effect = effectOf(table, operation)
    this.#untold.set(keyOf(effect.table, effect.record), { ...effect, values: null })
  }

  /** @param before the receiver's row, where the table has owners, contacts or projects */
  took(table: Table, operation: Omit<Effect, 'table'>, before: Row | undefined): void {
    if (operation.kind === 'leave') return
    this.#aside.delete(keyOf(table.number, operation.record))
    this.#any ??= effectOf(table, operation)
    if (!before || !operation.values) return
    const changes = this.#roleChanges(table, before, operation.values)
    if (changes.length === 0) return
    const part = operation.parts?.find(({ field }) => field === changes[0]!.field)
    const { time, associate } = part ?? operation
    const effect = { ...effectOf(table, operation), time, associate }
    this.#roles.set(keyOf(table.number, operation.record), { effect, changes })
  }

  #roleChanges(table: Table, before: Row, after: Row): RoleChange[] {
    const changes: RoleChange[] = []
    const compare = (type: number, fields: readonly number[]): void => {
      for (const [order, field] of fields.entries()) {
        if (before[field] === after[field]) continue
        changes.push({ type, field, flags: order === 0 ? 0 : field, previous: before[field] as number })
      }
    }
    compare(LOG.updateOwner, this.#dictionary.ownerFields(table))
    compare(LOG.updateContact, this.#dictionary.contactFields(table))
    compare(LOG.updateProject, this.#dictionary.projectFields(table))
    return changes
  }

  /** The rows of a packet that took effect here; asked in the packet's order. */
  matching(rows: readonly WireLogRow[], origin: number): NewLogRow[] {
    const matching = rows.flatMap(row => {
      const key = keyOf(row.table, row.record)
      if (this.#refused.has(key) || this.#aside.has(key)) return []
      this.#untold.delete(key)
      const before = this.#untoldBefore(key, row, origin)
      const previous = isRole(row.type) ? this.#previousOf(key, row) : this.#maskOf(key, row)
      this.#beginSave(key, row)
      return previous === undefined ? before : [...before, newRow(row, previous, origin)]
    })
    return [...matching, ...this.#untoldOf(origin)]
  }

  /** The save that won: what changed here and has no row of its own stands among its rows. */
  #beginSave(key: number, row: WireLogRow): void {
    const effect = this.#roles.get(key)?.effect
    if (row.type === LOG.update && effect?.time === row.time && effect.associate === row.associate)
      this.#save = key
  }

  #untoldBefore(key: number, row: WireLogRow, origin: number): NewLogRow[] {
    if (key === this.#save && isRole(row.type))
      return this.#untoldOf(origin, role => order(role) < order(row))
    const rows = this.#untoldOf(origin)
    this.#save = undefined
    return rows
  }

  #untoldOf(origin: number, which: (role: RoleChange) => boolean = () => true): NewLogRow[] {
    const roles = this.#save === undefined ? undefined : this.#roles.get(this.#save)
    if (!roles) return []
    const now = roles.changes.filter(which)
    roles.changes = roles.changes.filter(role => !which(role))
    return now.map(role => roleRow(roles.effect, role, origin))
  }

  /** An empty part is not written. */
  #maskOf(key: number, row: WireLogRow): number | undefined {
    const mask = this.#lost.get(key)?.get(row.type)
    if (mask === undefined) return row.previous
    return (row.previous & ~mask) >>> 0 || undefined
  }

  /** The first change of a role names the receiver's value; where nothing changed here, it is left out. */
  #previousOf(key: number, row: WireLogRow): number | undefined {
    const changes = this.#roles.get(key)?.changes
    const at = changes?.findIndex(role => role.type === row.type && role.flags === row.flags) ?? -1
    if (!changes || at < 0) return undefined
    return changes.splice(at, 1)[0]!.previous
  }

  /** Rows for what took effect without a row of its own: an owner put back by a whole record, a change without history. */
  missing(origin: number, some: boolean): NewLogRow[] {
    const owned = [...this.#roles.values()].filter(({ changes }) => changes.length > 0)
    for (const { effect } of owned) this.#untold.delete(keyOf(effect.table, effect.record))
    const rows = owned
      .flatMap(({ effect, changes }) => [
        saveRow(effect, origin),
        ...changes.map(role => roleRow(effect, role, origin)),
      ])
      .concat([...this.#untold.values()].map(effect => saveRow(effect, origin)))
    return rows.length > 0 || some || !this.#any ? rows : [saveRow(this.#any, origin)]
  }
}

/** Without the values: they would keep a whole block of the packet in memory. */
const effectOf = (
  { number }: Table,
  { record, kind, born, time, associate }: Omit<Effect, 'table'>,
): Effect => ({
  table: number,
  record,
  kind,
  born,
  time,
  associate,
  values: null,
})

const isRole = (type: number): boolean =>
  type === LOG.updateOwner || type === LOG.updateContact || type === LOG.updateProject

/** Of the rows of one save: by type, and then by field. */
const order = ({ type, flags }: Pick<RoleChange, 'type' | 'flags'>): number => type * 1024 + flags

const newRow = (row: WireLogRow, previous: number, origin: number): NewLogRow => ({
  time: row.time,
  clock: row.clock,
  previous,
  type: row.type,
  associate: row.associate,
  table: row.table,
  record: row.record,
  flags: row.flags,
  application: row.application,
  origin,
})

const blank = (effect: Effect, origin: number) => ({
  time: effect.time,
  associate: effect.associate,
  table: effect.table,
  record: effect.record,
  flags: 0,
  application: 0,
  origin,
})

const saveRow = (effect: Effect, origin: number): NewLogRow => ({
  ...blank(effect, origin),
  previous: 0,
  type: effect.kind === 'put' ? (effect.born ? LOG.insert : LOG.update) : LOG.delete,
})

const roleRow = (effect: Effect, role: RoleChange, origin: number): NewLogRow => ({
  ...blank(effect, origin),
  previous: role.previous,
  type: role.type,
  flags: role.flags,
})

/** Appends in blocks and tells the whole range of positions: the log has to be read before the first. */
export class LogAppender {
  readonly #write: Writing
  readonly #later: NewLogRow[] = []
  #first: number | undefined
  #last = 0

  constructor(write: Writing) {
    this.#write = write
  }

  /** Written by `flush`: what is captured meanwhile is not of the packet, and must not come between its rows. */
  later(rows: readonly NewLogRow[]): void {
    this.#later.push(...rows)
  }

  async flush(): Promise<void> {
    await this.append(this.#later.splice(0))
  }

  async append(rows: readonly NewLogRow[]): Promise<void> {
    const range = await this.#write.log.append(rows)
    if (!range) return
    await this.#keepClocks(rows, range.first)
    this.#first ??= range.first
    this.#last = range.last
  }

  async #keepClocks(rows: readonly NewLogRow[], first: number): Promise<void> {
    const corrected = rows.flatMap(({ clock, time }, index) =>
      clock === undefined || clock === time ? [] : [[first + index, clock]],
    )
    await this.#write.insert({ table: 'hc_clock', key: ['position'], columns: ['clock'] }, corrected)
  }

  get range(): { first: number; last: number } | undefined {
    return this.#first === undefined ? undefined : { first: this.#first, last: this.#last }
  }
}
