/**
 * Id field: a field that points at a record, and how to find the table of that record from the row.
 */
import type { Row } from '../core/values.ts'
import { targetsOf } from './check.ts'
import type { Reference, Table } from './model.ts'

export interface IdField {
  readonly index: number
  readonly name: string
  readonly reference: Reference
  readonly owning: boolean
  /** The field that tells the table, for typed and pair references: it must be at hand to resolve them. */
  readonly selector: number | undefined
  /** Every table that it may point at. A pair that does not say may point at any table that travels. */
  readonly targets: readonly Table[]
  /** @param row a whole row of the table. @returns undefined where it points at nothing, or at no table of the model */
  targetOf(row: Row): Table | undefined
  /** The same from the value of the selector field, for rows that are not whole. */
  targetBy(selector: unknown): Table | undefined
}

export function idFieldsOf(
  table: Table,
  byName: ReadonlyMap<string, Table>,
  byNumber: ReadonlyMap<number, Table>,
): readonly IdField[] {
  return table.fields.flatMap((field, index) =>
    field.references ? [idField(table, index, field.references, byName, byNumber)] : [],
  )
}

function idField(
  table: Table,
  index: number,
  reference: Reference,
  byName: ReadonlyMap<string, Table>,
  byNumber: ReadonlyMap<number, Table>,
): IdField {
  const selector = selectorOf(table, reference)
  const targetBy = resolver(reference, byName, byNumber)
  return {
    index,
    name: table.fields[index]!.name,
    reference,
    owning: reference.owning ?? false,
    selector,
    targets: targetTables(reference, byName),
    targetBy,
    targetOf: row => (row[index] ? targetBy(selector === undefined ? undefined : row[selector]) : undefined),
  }
}

function selectorOf(table: Table, reference: Reference): number | undefined {
  if (reference.kind === 'plain') return undefined
  const name = reference.kind === 'typed' ? reference.typeField : reference.tableField
  return table.fields.findIndex(field => field.name === name)
}

function targetTables(reference: Reference, byName: ReadonlyMap<string, Table>): readonly Table[] {
  if (reference.kind === 'pair' && !reference.tables) return [...byName.values()].filter(travels)
  return targetsOf(reference).flatMap(name => byName.get(name) ?? [])
}

const travels = ({ travels: flags }: Table): boolean =>
  flags.down || flags.up || flags.area || flags.prototype

/** Typed references are looked up in a map made once; numbers may come as bigint from a database. */
function resolver(
  reference: Reference,
  byName: ReadonlyMap<string, Table>,
  byNumber: ReadonlyMap<number, Table>,
): (selector: unknown) => Table | undefined {
  switch (reference.kind) {
    case 'plain': {
      const target = byName.get(reference.table)
      return () => target
    }
    case 'typed': {
      const tables = new Map(
        Object.entries(reference.tables).map(([type, name]) => [Number(type), byName.get(name)]),
      )
      return selector => tables.get(Number(selector))
    }
    case 'pair': {
      const allowed = new Set(targetTables(reference, byName))
      return selector => {
        const target = byNumber.get(Number(selector))
        return target && allowed.has(target) ? target : undefined
      }
    }
    default:
      throw reference satisfies never
  }
}
