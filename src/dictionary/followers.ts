/**
 * Followers: whose areas have to be worked out again when those of a record change.
 * Shape:  tables in an order in which each comes after those that it follows.
 */
import { followedBy } from './check-membership.ts'
import type { IdField } from './id-field.ts'
import type { LoadedDictionary } from './loaded.ts'
import type { Table } from './model.ts'

/** Its records belong to some areas only. Of every other table that travels, all records are everywhere. */
export const isByArea = (table: Table): boolean =>
  (table.membership ?? []).length > 0 && !table.membership!.some(rule => rule.kind === 'everywhere')

export const pointer = (dictionary: LoadedDictionary, table: Table, field: string): IdField =>
  dictionary.idFields(table).find(each => each.name === field)!

/** Records of `table` follow those that their `field` points at. */
export interface Follower {
  readonly table: Table
  readonly field: IdField
}

/** Records of `target` follow those that point at them (reverse), or are listed by them. */
export interface Pointer {
  readonly field: IdField
  readonly target: Table
}

export interface Followed {
  readonly table: Table
  /** False: all of its records are everywhere, and only whether they exist matters. */
  readonly byArea: boolean
  readonly followers: readonly Follower[]
  readonly pointers: readonly Pointer[]
  /** Fields, by index, whose value decides about areas: of the record itself, or of what it points at. */
  readonly deciding: readonly number[]
}

const known = new WeakMap<LoadedDictionary, readonly Followed[]>()

/** Every table that membership has to look at, in the order in which to look. */
export function followedTables(dictionary: LoadedDictionary): readonly Followed[] {
  const made = known.get(dictionary) ?? workOut(dictionary)
  known.set(dictionary, made)
  return made
}

function workOut(dictionary: LoadedDictionary): Followed[] {
  return inOrder(dictionary)
    .map(table => ({
      table,
      byArea: isByArea(table),
      followers: followersOf(dictionary, table),
      pointers: pointersOf(dictionary, table),
      deciding: decidingFields(dictionary, table),
    }))
    .filter(each => each.byArea || each.followers.length > 0 || each.pointers.length > 0)
}

/** Depth first: what a table follows comes before it. There are no circles (dictionary/check-membership.ts). */
function inOrder(dictionary: LoadedDictionary): Table[] {
  const order = new Set<Table>()
  const visit = (table: Table) => {
    if (order.has(table)) return
    for (const name of followedBy(table)) visit(dictionary.table(name))
    order.add(table)
  }
  dictionary.tables.forEach(visit)
  return [...order]
}

function followersOf(dictionary: LoadedDictionary, followed: Table): Follower[] {
  return dictionary.tables.filter(isByArea).flatMap(table =>
    followingFields(table)
      .map(name => pointer(dictionary, table, name))
      .filter(field => field.targets.includes(followed))
      .map(field => ({ table, field })),
  )
}

const followingFields = (table: Table): string[] => [
  ...new Set(
    (table.membership ?? []).flatMap(rule =>
      rule.kind === 'parent' ? [rule.field] : rule.kind === 'ends' ? rule.fields : [],
    ),
  ),
]

const userFields = (table: Table): string[] =>
  (table.membership ?? []).flatMap(rule => (rule.kind === 'user' ? [rule.field] : []))

function pointersOf(dictionary: LoadedDictionary, from: Table): Pointer[] {
  return dictionary.tables
    .filter(isByArea)
    .flatMap(target =>
      target.membership!.flatMap(rule =>
        (rule.kind === 'reverse' || rule.kind === 'listed') && rule.table === from.name
          ? [{ field: pointer(dictionary, from, rule.field), target }]
          : [],
      ),
    )
}

function decidingFields(dictionary: LoadedDictionary, table: Table): number[] {
  const names = isByArea(table)
    ? table.membership!.flatMap(rule => {
        return rule.kind === 'owner' ? [rule.field, ...(rule.onlyIfEmpty ? [rule.onlyIfEmpty] : [])] : []
      })
    : []
  const pointers = [
    ...[...followingFields(table), ...userFields(table)].map(name => pointer(dictionary, table, name)),
    ...pointersOf(dictionary, table).map(each => each.field),
  ]
  const indexes = new Set(names.map(name => dictionary.fieldIndex(table, name)))
  for (const field of pointers) {
    indexes.add(field.index)
    if (field.selector !== undefined) indexes.add(field.selector)
  }
  return [...indexes].sort((a, b) => a - b)
}
