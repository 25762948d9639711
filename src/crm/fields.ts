/**
 * Fields: short words for the kinds of fields that the CRM tables have.
 *   must: never null; has a default, so that an insert may name few fields
 *   may:  nullable
 * Classic flags and numbers without sign are stored as plain integers: 0 and 1 mean the same on every database.
 */
import type { Count, Field, FieldType, Reference, Travels } from '../dictionary/model.ts'

/** Filtered by area, both ways (classic: area management, up, prototype). */
export const BY_AREA: Travels = { down: false, up: true, prototype: true, area: true }
/** Everywhere, both ways. */
export const BOTH_WAYS: Travels = { down: true, up: true, prototype: true, area: false }
/** Kept at central. */
export const DOWN_ONLY: Travels = { down: true, up: false, prototype: true, area: false }
export const STAYS_HOME: Travels = { down: false, up: false, prototype: false, area: false }

/** What stands in a date that must have a value and was given none. */
export const NO_DATE = '1970-01-01T00:00:00Z'

export const key = (name: string): Field => ({ name, type: 'id' })

type Kind = (name: string, type: FieldType, empty: string | number, more?: Partial<Field>) => Field

const required: Kind = (name, type, empty, more) => ({ name, type, default: empty, ...more })
const nullable: Kind = (name, type, _empty, more) => ({ name, type, nullable: true, ...more })

export const must = fieldsOf(required)
export const may = fieldsOf(nullable)

function fieldsOf(kind: Kind) {
  return {
    /** An id of a table that is not in the model: a plain number. */
    id: (name: string) => kind(name, 'id', 0),
    /** A pointer to a record that goes its own way. */
    to: (name: string, table: string) => kind(name, 'id', 0, { references: { kind: 'plain', table } }),
    /** A pointer to the record that this one belongs to. */
    of: (name: string, table: string) =>
      kind(name, 'id', 0, { references: { kind: 'plain', table, owning: true } }),
    /** A pointer whose table another field tells. */
    pointer: (name: string, references: Reference) => kind(name, 'id', 0, { references }),
    /** A pointer that makes the log write an UpdateOwner, UpdateContact or UpdateProject. */
    role: (name: string, role: NonNullable<Field['role']>, table: string) =>
      kind(name, 'id', 0, { references: { kind: 'plain', table }, role }),
    flag: (name: string) => kind(name, 'int16', 0),
    short: (name: string) => kind(name, 'int16', 0),
    int: (name: string) => kind(name, 'int32', 0),
    /** Not compared, and counted again by the receiver where it says how. */
    counter: (name: string, derived: Count | true = true) => kind(name, 'int32', 0, { derived }),
    double: (name: string) => kind(name, 'double', 0),
    time: (name: string) => kind(name, 'datetime', NO_DATE),
    text: (name: string, length: number) => kind(name, 'text', '', { length }),
    longText: (name: string) => kind(name, 'text', ''),
    /** A visible number from a series. */
    number: (name: string, length: number) => kind(name, 'text', '', { length, series: true }),
  }
}

/** Who registered and changed the record, and when. */
export const stamps: readonly Field[] = [
  must.time('registered'),
  must.to('registered_associate_id', 'associate'),
  must.time('updated'),
  must.to('updated_associate_id', 'associate'),
  must.int('updatedcount'),
]
