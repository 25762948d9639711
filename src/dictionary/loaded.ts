/**
 * Loaded: a checked dictionary with its travel tables and the questions that the engine asks of it.
 * Shape:  everything is worked out once; answers are lists in the dictionary's order.
 * Never:  changes, or asks a database.
 */
import { HomecomingError } from '../core/errors.ts'
import { TRAVEL_PREFIX } from '../core/ids.ts'
import { type IdField, idFieldsOf } from './id-field.ts'
import type { Dictionary, Field, Table } from './model.ts'

/** A field of another table by which records of a table are reached. */
export interface Child {
  readonly table: Table
  readonly field: IdField
}

export interface LoadedDictionary {
  /** As declared, without the travel tables. */
  readonly dictionary: Dictionary
  /** SHA-256 of the canonical text, 64 hex digits. */
  readonly fingerprint: string
  /** The declared tables in their order, then the travel tables. */
  readonly tables: readonly Table[]
  /** Tables whose changes are logged: they travel up, down or by area. */
  readonly captured: readonly Table[]
  /** Tables that a prototype holds. */
  readonly prototyped: readonly Table[]
  /** @throws {HomecomingError} TABLE_UNKNOWN */
  table(name: string): Table
  find(name: string): Table | undefined
  tableByNumber(number: number): Table | undefined
  /** @throws {HomecomingError} FIELD_UNKNOWN */
  fieldIndex(table: Table, field: string): number
  /** The fields that point at records, the key not among them. */
  idFields(table: Table): readonly IdField[]
  /** Those whose target the record belongs to. */
  owningParents(table: Table): readonly IdField[]
  /** Tables whose owning references may point at records of this one. */
  childrenOf(table: Table): readonly Child[]
  /** Tables whose references of any kind may point at records of this one. */
  referrersOf(table: Table): readonly Child[]
  /** Who a record of this table is a part of, by a pointer from there (user-defined rows). */
  reverseOwners(table: Table): readonly Child[]
  ownerFields(table: Table): readonly number[]
  contactFields(table: Table): readonly number[]
  projectFields(table: Table): readonly number[]
  seriesFields(table: Table): readonly number[]
  travelPrefixOf(table: Table): number
  /** Changes reach children: all of them, or those whose area the record belongs to. Classic area tables, the
   *  user-defined ones among them, have `down` off and come down because they follow their area (or owner record). */
  goesDown(table: Table): boolean
  goesUp(table: Table): boolean
}

const goesDown = (table: Table): boolean =>
  table.travels.down || table.travels.area || (table.membership ?? []).some(rule => rule.kind === 'reverse')
const goesUp = (table: Table): boolean => table.travels.up

/** @param dictionary checked; @param travel its travel tables */
export function prepare(
  dictionary: Dictionary,
  travel: readonly Table[],
  fingerprint: string,
): LoadedDictionary {
  const tables = [...dictionary.tables, ...travel]
  const byName = new Map(tables.map(table => [table.name, table]))
  const byNumber = new Map(tables.map(table => [table.number, table]))
  const idFields = cache(table => idFieldsOf(table, byName, byNumber))
  const referrers = cache(table => referrersTo(table, tables, idFields))
  return {
    dictionary,
    fingerprint,
    tables,
    captured: tables.filter(table => goesDown(table) || goesUp(table)),
    prototyped: tables.filter(table => table.travels.prototype),
    table: name => byName.get(name) ?? unknownTable(name),
    find: name => byName.get(name),
    tableByNumber: number => byNumber.get(number),
    fieldIndex,
    idFields,
    owningParents: cache(table => idFields(table).filter(field => field.owning)),
    childrenOf: cache(table => referrers(table).filter(child => child.field.owning)),
    referrersOf: referrers,
    reverseOwners: cache(table => reverseOwnersOf(table, byName, idFields)),
    ownerFields: cache(table => indexes(table, field => field.role === 'owner')),
    contactFields: cache(table => indexes(table, field => field.role === 'contact')),
    projectFields: cache(table => indexes(table, field => field.role === 'project')),
    seriesFields: cache(table => indexes(table, field => field.series === true)),
    travelPrefixOf: table => table.travelPrefix ?? dictionary.travelPrefix ?? TRAVEL_PREFIX,
    goesDown,
    goesUp,
  }
}

/** One answer per table name; asked millions of times while rows are applied. */
function cache<T>(work: (table: Table) => T): (table: Table) => T {
  const answers = new Map<string, T>()
  return table => {
    const known = answers.get(table.name)
    if (known !== undefined) return known
    const answer = work(table)
    answers.set(table.name, answer)
    return answer
  }
}

function fieldIndex(table: Table, name: string): number {
  const index = table.fields.findIndex(field => field.name === name)
  if (index >= 0) return index
  throw new HomecomingError('FIELD_UNKNOWN', `table ${table.name} has no field ${name}`, {
    table: table.name,
    field: name,
  })
}

function unknownTable(name: string): never {
  throw new HomecomingError('TABLE_UNKNOWN', `there is no table ${name}`, { table: name })
}

function indexes(table: Table, wanted: (field: Field) => boolean): number[] {
  return table.fields.flatMap((field, index) => (wanted(field) ? [index] : []))
}

function referrersTo(
  target: Table,
  tables: readonly Table[],
  idFields: (table: Table) => readonly IdField[],
): Child[] {
  return tables.flatMap(table =>
    idFields(table)
      .filter(field => field.targets.includes(target))
      .map(field => ({ table, field })),
  )
}

function reverseOwnersOf(
  table: Table,
  byName: ReadonlyMap<string, Table>,
  idFields: (table: Table) => readonly IdField[],
): Child[] {
  return (table.membership ?? []).flatMap(rule => {
    const owner = rule.kind === 'reverse' ? byName.get(rule.table) : undefined
    if (rule.kind !== 'reverse' || !owner) return []
    return idFields(owner)
      .filter(field => field.name === rule.field)
      .map(field => ({ table: owner, field }))
  })
}
