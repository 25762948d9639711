/**
 * Reference: which records belong to an area, written plainly from SPEC 7, record by record.
 * Role:  the oracle of all tests of areas. It is slow and simple, and owes nothing to the engine.
 * Shape: all rows in memory; one function asks each rule of the dictionary, and follows where it leads.
 * Never: uses src/areas, or a query that knows more than "all rows of this table".
 */
import type { Dictionary, Field, MembershipRule, Reference, Table } from '../../dictionary/model.ts'
import type { Site } from '../../log/site.ts'
import { type Everything, everythingIn, type Plain } from './everything.ts'

export class Membership {
  readonly #rows: Everything
  readonly #tables: ReadonlyMap<string, Table>
  readonly #users: string
  readonly #known = new Map<string, boolean>()

  private constructor(rows: Everything, tables: readonly Table[], dictionary: Dictionary) {
    this.#rows = rows
    this.#tables = new Map(tables.map(table => [table.name, table]))
    this.#users = dictionary.parts.associate.table
  }

  /** How it is at this moment. */
  static async of(site: Site): Promise<Membership> {
    return new Membership(await everythingIn(site), site.dictionary.tables, site.dictionary.dictionary)
  }

  get rows(): Everything {
    return this.#rows
  }

  /** Ids of all areas, but 0. */
  areas(): number[] {
    return [...this.#rows.get('area')!.keys()].sort((a, b) => a - b)
  }

  isEverything(area: number): boolean {
    return area === 0 || Number(this.#rows.get('area')!.get(area)?.alldata) === 1
  }

  /** The records of a table that a prototype of the area holds, whatever their age. */
  members(area: number, table: Table): ReadonlyMap<number, Plain> {
    if (!table.travels.prototype) return new Map()
    const all = [...this.#rows.get(table.name)!]
    return new Map(all.filter(([id]) => this.isMember(area, table.name, id)))
  }

  isMember(area: number, name: string, id: number): boolean {
    const key = `${area} ${name} ${id}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const answer = this.#workOut(area, this.#tables.get(name)!, id)
    this.#known.set(key, answer)
    return answer
  }

  #workOut(area: number, table: Table, id: number): boolean {
    const row = this.#rows.get(table.name)!.get(id)
    if (!row) return false
    if (this.isEverything(area)) return true
    const rules = table.membership ?? []
    return rules.length === 0 || rules.some(rule => this.#holds(area, table, row, rule))
  }

  #holds(area: number, table: Table, row: Plain, rule: MembershipRule): boolean {
    switch (rule.kind) {
      case 'owner':
        if (rule.onlyIfEmpty !== undefined && pointsSomewhere(row, rule.onlyIfEmpty)) return false
        return this.#isIncluded(area, Number(row[rule.field]))
      case 'user': {
        const user = this.#target(table, row, rule.field)
        if (user?.table !== this.#users) return true
        return this.#isIncluded(area, user.id) || this.#isAssigned(area, user.id)
      }
      case 'parent':
        return this.#targetIsMember(area, table, row, rule.field)
      case 'ends':
        return rule.fields.every(field => this.#targetIsMember(area, table, row, field))
      case 'reverse':
        return this.#pointers(rule, table, row).some(id => this.isMember(area, rule.table, id))
      case 'listed':
        return this.#pointers(rule, table, row).length > 0
      case 'everywhere':
        return true
      default:
        throw rule satisfies never
    }
  }

  #isIncluded(area: number, associate: number): boolean {
    return this.#isLinked('areauserinclusion', area, associate)
  }

  #isAssigned(area: number, associate: number): boolean {
    return this.#isLinked('areauserassignment', area, associate)
  }

  #isLinked(name: string, area: number, associate: number): boolean {
    return [...this.#rows.get(name)!.values()].some(
      row => Number(row.area_id) === area && Number(row.associate_id) === associate,
    )
  }

  #targetIsMember(area: number, table: Table, row: Plain, field: string): boolean {
    const target = this.#target(table, row, field)
    return target !== undefined && this.isMember(area, target.table, target.id)
  }

  /** Where a pointer leads, whether anything is there or not; undefined: nowhere. */
  #target(table: Table, row: Plain, name: string): { table: string; id: number } | undefined {
    const field = table.fields.find(each => each.name === name)!
    if (!pointsSomewhere(row, name)) return undefined
    const target = this.#tableOf(field.references!, row)
    return target === undefined ? undefined : { table: target, id: Number(row[name]) }
  }

  #tableOf(reference: Reference, row: Plain): string | undefined {
    if (reference.kind === 'plain') return reference.table
    if (reference.kind === 'typed') return reference.tables[String(row[reference.typeField])]
    const number = Number(row[reference.tableField])
    const named = [...this.#tables.values()].find(table => table.number === number)?.name
    return named !== undefined && (reference.tables?.includes(named) ?? true) ? named : undefined
  }

  /** Ids of the rows of the rule's table that point at this row. */
  #pointers(rule: { table: string; field: string }, table: Table, row: Plain): number[] {
    const from = this.#tables.get(rule.table)!
    const id = Number(row[keyOf(table)])
    return [...this.#rows.get(from.name)!].flatMap(([pointer, values]) => {
      const target = this.#target(from, values, rule.field)
      return target?.table === table.name && target.id === id ? [pointer] : []
    })
  }
}

const keyOf = (table: Table): string => (table.fields[0] as Field).name
const pointsSomewhere = (row: Plain, field: string): boolean => Number(row[field] ?? 0) !== 0
