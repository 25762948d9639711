/**
 * Edits: what people do with the records of a history: as the world's values say, each with a mark that is audited.
 * Never:  counts what the database refused.
 */
import { sql } from 'kysely'
import type { Value } from '../../../src/core/values.ts'
import type { Dictionary, Table } from '../../../src/dictionary/model.ts'
import type { Audit } from '../../../src/simulate/checks/audit.ts'
import type { Desk, Laptop, Office } from '../office.ts'
import type { EditCommand } from './commands.ts'
import { people, type World } from './world.ts'

export class Edits {
  readonly #office: Office
  readonly #laptops: readonly Laptop[]
  readonly #world: World
  readonly #audit: Audit
  readonly #gone = new Map<Desk, { table: string; id: number; mark: number }[]>()
  /** Who worked in which second. */
  readonly worked = new Set<string>()
  /** The first mark of the edit that is being made. */
  #before = 0

  constructor(office: Office, laptops: readonly Laptop[], world: World, audit: Audit) {
    this.#office = office
    this.#laptops = laptops
    this.#world = world
    this.#audit = audit
  }

  /** A refusal by the database's own rules is no edit. */
  async make(command: EditCommand): Promise<void> {
    const desk = command.where === 0 ? this.#office.desk : this.#laptops[command.where - 1]!.desk
    const table = desk.site.dictionary.table(this.#world.tables[command.table % this.#world.tables.length]!)
    const who = command.where + 1
    const ids = await this.#ids(desk)
    const pick = (name: string): number => {
      const all = ids.get(name) ?? []
      return all[(command.seed + name.length) % Math.max(all.length, 1)] ?? 0
    }
    this.#before = this.#audit.next
    try {
      await this.#save(desk, command, table, who, pick)
      this.worked.add(`${who} ${this.#office.clock.seconds}`)
    } catch (error) {
      if (!/unique|constraint|own range|made at central/i.test(String((error as Error).message))) throw error
      this.#audit.takeBack(this.#before)
    }
  }

  async #save(
    desk: Desk,
    command: EditCommand,
    table: Table,
    who: number,
    pick: (table: string) => number,
  ): Promise<void> {
    const { site } = desk
    const journey = site.identity.tag
    const values = this.#world.values(table.name, command.seed, pick)
    const record = pick(table.name)
    const marked = (seen: number) =>
      this.#audit.mark(table.name, values, journey, seen) as Record<string, Value>
    if (command.kind === 'insert') {
      await desk.insert(table.name, marked(0), who)
    } else if (command.kind === 'again') {
      const gone = this.#takeGone(desk, table.name)
      if (gone) await desk.insertAs(table.name, gone.id, marked(gone.mark), who)
    } else if (record === 0) {
      return
    } else if (command.kind === 'move') {
      const pointer = this.#onePointer(table, values, command.seed)
      if (pointer) await desk.update(table.name, record, pointer, who)
    } else if (command.kind === 'update') {
      const all = marked(await this.#audit.markIn(site, table, record))
      await desk.update(
        table.name,
        record,
        this.#world.fieldLevel ? this.#oneField(table, all, command.seed) : all,
        who,
      )
    } else await this.#delete(desk, table, record, who, command.kind === 'deleteWhole')
  }

  /** Two people meet in one record without meeting in a field. An edit without a mark is not audited. */
  #oneField(table: Table, values: Record<string, Value>, seed: number): Record<string, Value> {
    const mark = this.#world.marks[table.name]
    const [name, value] = Object.entries(values)[seed % Object.keys(values).length]!
    if (name !== mark) this.#audit.takeBack(this.#before)
    return { [name]: value }
  }

  /** A pointer, with the field that tells its table. Nothing is marked, and so nothing is audited. */
  #onePointer(table: Table, values: Record<string, Value>, seed: number): Record<string, Value> | undefined {
    const { dictionary } = this.#office.site
    const pointers = dictionary
      .idFields(table)
      .filter(({ name }) => name in values && decidesAboutAreas(dictionary.dictionary, table, name))
    const field = pointers[seed % Math.max(pointers.length, 1)]
    if (!field) return undefined
    const selector = field.selector === undefined ? undefined : table.fields[field.selector]!.name
    const named = selector === undefined || !(selector in values) ? {} : { [selector]: values[selector]! }
    return { ...named, [field.name]: values[field.name]! }
  }

  /** Whoever deletes a record deletes what belongs to it, whether the application does it or the parent. Nobody deletes
   *  the people of a world. */
  async #delete(desk: Desk, table: Table, record: number, who: number, whole: boolean): Promise<void> {
    const { associate } = desk.site.dictionary.dictionary.parts
    if (table.name === associate.table && record <= people(this.#world)) return
    const below = await this.#audit.below(desk.site, table, record)
    for (const one of [...below, { table, record }]) {
      const mark = await this.#audit.markIn(desk.site, one.table, one.record)
      this.#audit.deleted(mark)
      const last = one.table === table && one.record === record
      if (!last && !whole) continue
      await desk.delete(one.table.name, one.record, who)
      const gone = this.#gone.get(desk) ?? []
      this.#gone.set(desk, gone)
      gone.push({ table: one.table.name, id: one.record, mark })
    }
  }

  #takeGone(desk: Desk, table: string) {
    const gone = this.#gone.get(desk) ?? []
    const at = gone.findIndex(one => one.table === table)
    return at < 0 ? undefined : gone.splice(at, 1)[0]
  }

  async #ids(desk: Desk): Promise<Map<string, number[]>> {
    const ids = new Map<string, number[]>()
    for (const name of new Set([...this.#world.tables, ...Object.keys(this.#world.marks)])) {
      const key = desk.site.dictionary.table(name).fields[0]!.name
      const rows = await desk.rows(
        sql<{ id: number }>`select ${sql.ref(key)} as id from ${sql.table(name)} order by 1`,
      )
      ids.set(
        name,
        rows.map(row => row.id),
      )
    }
    return ids
  }
}

/** A rule names the field: of its own table, or of another that reads it backwards. */
function decidesAboutAreas({ tables }: Dictionary, table: Table, field: string): boolean {
  const own = (table.membership ?? []).some(rule =>
    rule.kind === 'ends' ? rule.fields.includes(field) : 'field' in rule && rule.field === field,
  )
  const rules = tables.flatMap(each => each.membership ?? [])
  return own || rules.some(rule => 'table' in rule && rule.table === table.name && rule.field === field)
}
