/**
 * Check fields: the key, names, types, defaults, roles and references.
 */
import { fieldOf, type Model, NUMBER_TYPES, type Problems, placeOf, targetsOf } from './check.ts'
import { nameProblems } from './check-tables.ts'
import type { Field, Reference, Table } from './model.ts'

/** The smallest limit among the databases that we know (PostgreSQL). */
const MOST_FIELDS = 1_600

export function* checkFields(model: Model, table: Table): Problems {
  if (table.fields.length > MOST_FIELDS) yield `${placeOf(table)}: more than ${MOST_FIELDS} fields`
  yield* checkKey(table)
  const taken = new Set<string>()
  for (const field of table.fields) {
    const name = field.name.toLowerCase()
    if (taken.has(name)) yield `${placeOf(table, field)}: the name is taken by another field`
    taken.add(name)
    yield* nameProblems(placeOf(table, field), field.name)
    yield* checkLength(table, field)
    yield* checkDefault(table, field)
    yield* checkRole(model, table, field)
    yield* checkCount(model, table, field)
    if (field.references) yield* checkReference(model, table, field, field.references)
  }
}

/** Ids are translated between databases, so a key is one number of ours; text and composite keys are refused by name. */
function* checkKey(table: Table): Problems {
  const key = table.fields[0]
  if (key === undefined) {
    yield `${placeOf(table)}: has no fields`
    return
  }
  const place = placeOf(table, key)
  if (key.type !== 'id') yield `${place}: the first field is the key and must be of type id, not ${key.type}`
  if (key.nullable) yield `${place}: the key cannot be nullable`
  if (key.references || key.role || key.series || key.derived || key.default !== undefined) {
    yield `${place}: the key has no reference, role, series, default and is not derived`
  }
}

function* checkLength(table: Table, field: Field): Problems {
  if (field.length === undefined) return
  if (field.type !== 'text') yield `${placeOf(table, field)}: only a text has a length, not ${field.type}`
  if (field.length < 1) yield `${placeOf(table, field)}: length ${field.length} is less than 1`
}

function* checkDefault(table: Table, field: Field): Problems {
  const value = field.default
  if (value === undefined) return
  const place = placeOf(table, field)
  if (value === null) {
    if (!field.nullable) yield `${place}: the default is null, but the field is not nullable`
    return
  }
  const wanted = defaultType(field)
  if (typeof value !== wanted) yield `${place}: the default of a ${field.type} must be a ${wanted}`
  if (typeof value === 'string' && field.length !== undefined && value.length > field.length) {
    yield `${place}: the default is longer than ${field.length} characters`
  }
}

function defaultType(field: Field): 'number' | 'boolean' | 'string' {
  if (NUMBER_TYPES.includes(field.type) || field.type === 'double') return 'number'
  return field.type === 'boolean' ? 'boolean' : 'string'
}

function* checkRole(model: Model, table: Table, field: Field): Problems {
  if (field.role === undefined) return
  const place = placeOf(table, field)
  if (field.references?.kind !== 'plain') {
    yield `${place}: a field with role ${field.role} must be a plain reference`
  } else if (field.role === 'owner' && !pointsAtUsers(model, field)) {
    yield `${place}: an owner must be a reference to table ${model.dictionary.parts.associate.table}`
  }
}

function* checkCount(model: Model, table: Table, field: Field): Problems {
  if (typeof field.derived !== 'object') return
  const { count, by } = field.derived
  const place = placeOf(table, field)
  const counted = model.tables.get(count)
  const pointer = counted && fieldOf(counted, by)
  if (!NUMBER_TYPES.includes(field.type)) yield `${place}: a count must be a number, not ${field.type}`
  if (!counted) yield `${place}: counts table ${count}, but there is none`
  else if (!pointer) yield `${place}: counts ${count} by field ${by}, but there is none`
  else if (pointer.references?.kind !== 'plain' || pointer.references.table !== table.name)
    yield `${place}: ${count}.${by} must be a plain reference to ${table.name}`
}

/** True where the field may name a user. */
export function pointsAtUsers(model: Model, field: Field): boolean {
  return !!field.references && targetsOf(field.references).includes(model.dictionary.parts.associate.table)
}

function* checkReference(model: Model, table: Table, field: Field, reference: Reference): Problems {
  const place = placeOf(table, field)
  if (field.type !== 'id') yield `${place}: a reference must be of type id, not ${field.type}`
  for (const target of targetsOf(reference)) {
    if (!model.tables.has(target)) yield `${place}: refers to table ${target}, but there is none`
  }
  if (reference.kind === 'typed') yield* checkSelector(table, field, reference.typeField)
  if (reference.kind === 'pair') yield* checkSelector(table, field, reference.tableField)
  if (reference.kind === 'typed') yield* checkTypeNumbers(place, Object.keys(reference.tables))
}

/** The field beside the reference that says which table is meant. */
function* checkSelector(table: Table, field: Field, name: string): Problems {
  const selector = fieldOf(table, name)
  if (!selector) yield `${placeOf(table, field)}: its table is told by field ${name}, but there is none`
  else if (!NUMBER_TYPES.includes(selector.type)) {
    yield `${placeOf(table, selector)}: tells the table of ${field.name} and must be a number`
  }
}

function* checkTypeNumbers(place: string, types: readonly string[]): Problems {
  if (types.length === 0) yield `${place}: a typed reference names at least one table`
  for (const type of types) {
    if (!/^-?\d+$/.test(type)) yield `${place}: type ${type} of a typed reference must be a whole number`
  }
}
