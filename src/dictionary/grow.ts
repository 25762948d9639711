/**
 * Grow: what a new version of a dictionary may change while people are away.
 *   new tables; new fields at the end of a table, nullable or with a default -> grew
 *   anything else -> changed, with the list of what needs everyone home first
 * @source SPEC section 6
 */
import { canonicalJson } from './canonical.ts'
import type { Dictionary, Field, Table } from './model.ts'

export interface GrownTable {
  readonly table: Table
  readonly fields: readonly Field[]
}

export type Comparison =
  | { readonly kind: 'same' }
  | { readonly kind: 'grew'; readonly tables: readonly Table[]; readonly grown: readonly GrownTable[] }
  | { readonly kind: 'changed'; readonly changes: readonly string[] }

/** @returns sentences for people in `changes`, each beginning with the place */
export function compareDictionaries(old: Dictionary, next: Dictionary): Comparison {
  const before = new Map(old.tables.map(table => [table.name, table]))
  const changes = [...changesOf(old, next)]
  if (changes.length > 0) return { kind: 'changed', changes }
  const tables = next.tables.filter(table => !before.has(table.name))
  const grown = next.tables.flatMap(table => grownFields(before.get(table.name), table))
  if (tables.length > 0 || grown.length > 0) return { kind: 'grew', tables, grown }
  return { kind: 'same' }
}

function* changesOf(old: Dictionary, next: Dictionary): Generator<string> {
  if (old.name !== next.name) yield `dictionary: the name was ${old.name} and is ${next.name}`
  if (next.version < old.version) yield `dictionary: version ${next.version} is older than ${old.version}`
  if (differ(old.travelPrefix, next.travelPrefix)) yield 'dictionary: the travel prefix changed'
  if (differ(old.parts, next.parts)) yield 'dictionary: its parts changed'
  const after = new Map(next.tables.map(table => [table.name, table]))
  for (const table of old.tables) {
    const now = after.get(table.name)
    if (now === undefined) yield `table ${table.name}: is gone`
    else yield* changesOfTable(table, now)
  }
}

function* changesOfTable(old: Table, next: Table): Generator<string> {
  const { fields: oldFields, ...oldRest } = old
  const { fields: nextFields, ...nextRest } = next
  for (const name of new Set([...Object.keys(oldRest), ...Object.keys(nextRest)])) {
    const property = name as keyof typeof oldRest
    if (differ(oldRest[property], nextRest[property])) yield `table ${old.name}: ${property} changed`
  }
  for (const [index, field] of oldFields.entries()) yield* changesOfField(old, field, nextFields[index])
  for (const field of nextFields.slice(oldFields.length)) yield* addedField(old, field)
}

function* changesOfField(table: Table, old: Field, next: Field | undefined): Generator<string> {
  const place = `table ${table.name}, field ${old.name}`
  if (next === undefined) yield `${place}: is gone`
  else if (next.name !== old.name) yield `${place}: ${next.name} stands in its place`
  else if (differ(old, next)) yield `${place}: its definition changed`
}

/** Rows that are there already need a value for it. */
function* addedField(table: Table, field: Field): Generator<string> {
  if (field.nullable || (field.default !== undefined && field.default !== null)) return
  yield `table ${table.name}, field ${field.name}: a new field must be nullable or have a default`
}

function grownFields(old: Table | undefined, next: Table): GrownTable[] {
  if (!old || next.fields.length === old.fields.length) return []
  return [{ table: next, fields: next.fields.slice(old.fields.length) }]
}

const differ = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) !== canonicalJson(b ?? null)
