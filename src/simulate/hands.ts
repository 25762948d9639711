/**
 * Hands: people at work in one database, by plain SQL, as any application would do it.
 * Role:   makes one edit, under the clock of its machine and the name of who works there, and writes it into the edit book.
 * Never:  counts what the database refused: that was no edit.
 */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { takeIds } from '../log/sequence.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import type { Audit } from './checks/audit.ts'
import type { WorldClock } from './clock.ts'
import type { Edit, EditBook } from './edit-book.ts'
import type { CopyId, Lineage } from './lineage.ts'
import { isAtWork, type Place } from './place.ts'
import type { EditKind } from './steps.ts'
import type { World } from './world.ts'
import type { WorldKind } from './worlds/world-kind.ts'

type Values = Record<string, Value>
type Noted = Pick<Edit, 'table' | 'record' | 'kind' | 'again'>

/** What a rule of the database, or of the engine, may refuse to somebody at work. */
const REFUSED: ReadonlySet<string> = new Set([
  'VALUE_REFUSED',
  'TABLE_READ_ONLY',
  'CHILD_CLOSED',
  'ID_OUT_OF_RANGE',
  'CENTRAL_ONLY',
])

export class Hands {
  readonly #kind: WorldKind
  readonly #people: number
  readonly #audit: Audit
  readonly #book: EditBook
  readonly #lineage: Lineage
  readonly #clock: WorldClock
  /** Ids that were given out: none is ever given twice, but by a copy that has not heard of the other yet. */
  readonly #taken = new Set<string>()
  /** Journey and second -> the copy on which somebody worked then. */
  readonly #seconds = new Map<string, CopyId>()
  readonly wrong: string[] = []
  made = 0
  refused = 0

  constructor({ kind, shape, audit, book, lineage, clock }: World) {
    this.#kind = kind
    this.#people = shape.people
    this.#audit = audit
    this.#book = book
    this.#lineage = lineage
    this.#clock = clock
  }

  async edit(place: Place, kind: EditKind, tableNumber: number, seed: number): Promise<void> {
    if (!isAtWork(place)) return
    const table = place.site.dictionary.table(this.#kind.tables[tableNumber % this.#kind.tables.length]!)
    const associate = place.people[seed % place.people.length]!
    this.#takeTime(place)
    const before = this.#audit.next
    try {
      const noted = await this.#make(place, kind, table, seed, associate)
      for (const one of noted) this.#book.note(place, { ...one, associate })
      this.#lineage.note(place.site.identity.tag, place.copy, before, this.#audit.next)
      this.made += noted.length
    } catch (error) {
      if (!(error instanceof HomecomingError) || !REFUSED.has(error.code)) throw error
      this.#audit.takeBack(before)
      this.refused += 1
    }
  }

  /** Nobody puts a copy back and works on it, or works at two machines, in one and the same second. */
  #takeTime({ site, clock, copy }: Place & { site: Site }): void {
    const second = (): string => `${site.identity.tag} ${clock.now()}`
    while ((this.#seconds.get(second()) ?? copy) !== copy) this.#clock.pass(1)
    this.#seconds.set(second(), copy)
  }

  async #make(
    place: Place & { site: Site },
    kind: EditKind,
    table: Table,
    seed: number,
    associate: number,
  ): Promise<Noted[]> {
    const { site } = place
    const pick = await this.#picker(site, seed)
    const values = this.#kind.values(table.name, seed, this.#people, pick)
    const { tag } = site.identity
    const marked = (seen: number): Values => this.#audit.mark(table.name, values, tag, seen) as Values
    if (kind === 'insert') return this.#insert(place, table, marked(0), associate)
    if (kind === 'again') return this.#again(place, table, marked, associate)
    const record = pick(table.name)
    if (record === 0) return []
    if (kind === 'delete' || kind === 'whole') return this.#delete(place, table, record, associate, kind)
    const changed =
      kind === 'move'
        ? onePointer(table, values, seed)
        : this.#some(table, marked(await this.#audit.markIn(site, table, record)), seed)
    if (!changed || (await isSame(site, table, record, changed))) return []
    await this.#save(place, associate, write => update(write, table, record, changed))
    return [{ table: table.name, record, kind: 'update' }]
  }

  async #insert(
    place: Place & { site: Site },
    table: Table,
    values: Values,
    associate: number,
  ): Promise<Noted[]> {
    const id = await place.site.db.change(write => takeIds(write, table.number, 1))
    const name = `${place.site.identity.tag} ${place.copy} ${table.name} ${id}`
    if (this.#taken.has(name)) this.wrong.push(`sequences: ${place.name} gave out ${table.name} ${id} twice`)
    this.#taken.add(name)
    await this.#save(place, associate, write => insert(write, table, id, values))
    return [{ table: table.name, record: id, kind: 'insert' }]
  }

  /** A deletion is taken back: the record comes again under its id. */
  async #again(
    place: Place & { site: Site },
    table: Table,
    marked: (seen: number) => Values,
    associate: number,
  ): Promise<Noted[]> {
    const at = place.gone.findIndex(one => one.table === table.name)
    const [gone] = at < 0 ? [] : place.gone.splice(at, 1)
    if (!gone) return []
    await this.#save(place, associate, write => insert(write, table, gone.id, marked(gone.mark)))
    return [{ table: table.name, record: gone.id, kind: 'insert', again: true }]
  }

  /** What belongs to a record goes with it, whether the application deletes it or the parent does. */
  async #delete(
    place: Place & { site: Site },
    table: Table,
    record: number,
    associate: number,
    kind: 'delete' | 'whole',
  ): Promise<Noted[]> {
    const below = await this.#audit.below(place.site, table, record)
    const noted: Noted[] = []
    for (const one of [...below, { table, record }]) {
      const mark = await this.#audit.markIn(place.site, one.table, one.record)
      this.#audit.deleted(mark, { tag: place.site.identity.tag, table: one.table.name, record: one.record })
      const isLast = one.table === table && one.record === record
      if (!isLast && kind !== 'whole') continue
      await this.#save(place, associate, write => remove(write, one.table, one.record))
      place.gone.push({ table: one.table.name, id: one.record, mark })
      noted.push({ table: one.table.name, record: one.record, kind: 'delete' })
    }
    return noted
  }

  /** Field by field, two people meet in one record without meeting in a field: one field, and the mark that tells whose. */
  #some(table: Table, values: Values, seed: number): Values {
    if (!this.#kind.fieldLevel.includes(table.name)) return values
    const mark = this.#kind.marks[table.name]!
    const others = Object.keys(values).filter(name => name !== mark)
    const name = others[seed % others.length]!
    return seed % 2 === 0 ? { [mark]: values[mark]! } : { [mark]: values[mark]!, [name]: values[name]! }
  }

  async #picker(site: Site, seed: number): Promise<(table: string) => number> {
    const ids = new Map<string, number[]>()
    for (const name of new Set(this.#kind.tables)) {
      const key = sql.ref(`${name}_id`)
      const rows = await site.db.snapshot(read =>
        read.rows(sql<{ id: number }>`select ${key} as id from ${sql.table(name)} order by 1`),
      )
      ids.set(
        name,
        rows.map(row => row.id),
      )
    }
    return table => {
      const all = ids.get(table) ?? []
      return all[(seed + table.length) % Math.max(all.length, 1)] ?? 0
    }
  }

  async #save(place: Place & { site: Site }, associate: number, work: (write: Writing) => Promise<unknown>) {
    await place.site.db.change(async write => {
      await write.run(sql`update hc_session set now = ${place.clock.now()}`)
      await write.actAs(associate)
      await work(write)
    })
  }
}

const keyOf = (table: Table): string => table.fields[0]!.name

async function insert(write: Writing, table: Table, id: number, values: Values): Promise<void> {
  const names = [keyOf(table), ...Object.keys(values)].map(name => sql.ref(name))
  await write.run(
    sql`insert into ${sql.table(table.name)} (${sql.join(names)}) values (${sql.join([id, ...Object.values(values)])})`,
  )
}

async function update(write: Writing, table: Table, id: number, values: Values): Promise<void> {
  const sets = Object.entries(values).map(([name, value]) => sql`${sql.ref(name)} = ${value}`)
  await write.run(
    sql`update ${sql.table(table.name)} set ${sql.join(sets)} where ${sql.ref(keyOf(table))} = ${id}`,
  )
}

async function remove(write: Writing, table: Table, id: number): Promise<void> {
  await write.run(sql`delete from ${sql.table(table.name)} where ${sql.ref(keyOf(table))} = ${id}`)
}

/** A save that changes nothing is no edit. */
async function isSame(site: Site, table: Table, id: number, values: Values): Promise<boolean> {
  const row = await site.db.snapshot(read =>
    read.row(sql<Values>`select * from ${sql.table(table.name)} where ${sql.ref(keyOf(table))} = ${id}`),
  )
  return row !== undefined && Object.entries(values).every(([name, value]) => row[name] === value)
}

/** A pointer that decides about areas, with the field that tells its table. It leaves the mark as it is. */
function onePointer(table: Table, values: Values, seed: number): Values | undefined {
  const rules = table.membership ?? []
  const names = rules.flatMap(rule => ('field' in rule ? [rule.field] : []))
  const name = names[seed % Math.max(names.length, 1)]
  if (name === undefined || !(name in values)) return undefined
  const { references } = table.fields.find(field => field.name === name)!
  const selector =
    references?.kind === 'typed' ? { [references.typeField]: values[references.typeField]! } : {}
  return { ...selector, [name]: values[name]! }
}
