/**
 * Check: whether a parsed dictionary fits together; every problem names table and field.
 * Role:  what the checks share: the tables by name, places for messages.
 */
import type { Dictionary, Field, Reference, Table } from './model.ts'

/** A check yields one sentence per problem; none is thrown, so that all of them are told at once. */
export type Problems = Generator<string, void, undefined>

/** What a check looks things up in: the application's tables and the travel tables. */
export interface Model {
  readonly dictionary: Dictionary
  readonly tables: ReadonlyMap<string, Table>
}

export const placeOf = (table: Table, field?: Field): string =>
  field === undefined ? `table ${table.name}` : `table ${table.name}, field ${field.name}`

export const fieldOf = (table: Table, name: string): Field | undefined =>
  table.fields.find(field => field.name === name)

export const NUMBER_TYPES: readonly string[] = ['id', 'int16', 'int32', 'int64']

/** The tables that a reference may point at; empty: a pair that does not say. */
export function targetsOf(reference: Reference): readonly string[] {
  switch (reference.kind) {
    case 'plain':
      return [reference.table]
    case 'typed':
      return [...new Set(Object.values(reference.tables))]
    case 'pair':
      return reference.tables ?? []
    default:
      throw reference satisfies never
  }
}
