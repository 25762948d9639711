/**
 * Check tables: names, numbers, prefixes, keys and indexes.
 */
import { FIRST_TRAVEL_PREFIX, LAST_TRAVEL_PREFIX } from '../core/ids.ts'
import { fieldOf, type Problems, placeOf } from './check.ts'
import type { Table, UniqueKey } from './model.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** The shortest limit among the databases that we know (PostgreSQL). */
const LONGEST_NAME = 63
const LAST_NUMBER = 65_535
const RESERVED_PREFIXES = ['hc_', 'sqlite_']

export function* checkNames(declared: readonly Table[], travel: readonly Table[]): Problems {
  const names = new Set(travel.map(table => table.name))
  const numbers = new Map(travel.map(table => [table.number, table.name]))
  for (const table of declared) {
    yield* checkName(table, names)
    yield* checkNumber(table, numbers)
    names.add(table.name.toLowerCase())
    numbers.set(table.number, table.name)
  }
}

export function* nameProblems(place: string, name: string): Problems {
  if (!NAME.test(name)) yield `${place}: a name has letters, digits and _ only and begins with no digit`
  if (name.length > LONGEST_NAME) yield `${place}: a name has at most ${LONGEST_NAME} characters`
}

/** Databases compare names without case, so do we. */
function* checkName(table: Table, taken: ReadonlySet<string>): Problems {
  const name = table.name.toLowerCase()
  yield* nameProblems(placeOf(table), name)
  for (const prefix of RESERVED_PREFIXES) {
    if (name.startsWith(prefix)) yield `${placeOf(table)}: names beginning with ${prefix} are reserved`
  }
  if (taken.has(name)) yield `${placeOf(table)}: the name is taken by another table or a travel table`
}

function* checkNumber(table: Table, taken: ReadonlyMap<number, string>): Problems {
  if (table.number < 1 || table.number > LAST_NUMBER) {
    yield `${placeOf(table)}: number ${table.number} is not within 1..${LAST_NUMBER}`
  }
  const other = taken.get(table.number)
  if (other !== undefined) yield `${placeOf(table)}: number ${table.number} is taken by table ${other}`
}

export function* checkPrefix(place: string, prefix: number | undefined): Problems {
  if (prefix === undefined) return
  if (prefix < FIRST_TRAVEL_PREFIX || prefix > LAST_TRAVEL_PREFIX) {
    yield `${place}: travel prefix 0x${prefix.toString(16)} is not within 0x73..0x7F`
  }
}

export function* checkKeys(table: Table): Problems {
  for (const key of table.uniqueKeys ?? []) yield* checkUniqueKey(table, key)
  for (const index of table.indexes ?? []) yield* checkFieldsExist(table, 'index', index)
  yield* checkFieldsExist(table, 'ageFields', table.ageFields ?? [])
  for (const name of table.ageFields ?? []) {
    const type = fieldOf(table, name)?.type
    if (type !== undefined && type !== 'date' && type !== 'datetime') {
      yield `table ${table.name}, field ${name}: an age field must be a date or datetime, not ${type}`
    }
  }
}

function* checkUniqueKey(table: Table, key: UniqueKey): Problems {
  yield* checkFieldsExist(table, 'unique key', key.fields)
  const fields = key.fields.flatMap(name => fieldOf(table, name) ?? [])
  const derived = fields.find(field => field.derived)
  if (derived) yield `${placeOf(table, derived)}: a derived field cannot be in a unique key`
  if (key.onCollision === 'suffix' && !fields.some(field => field.type === 'text')) {
    yield `${placeOf(table)}: unique key (${key.fields.join(', ')}) has no text field to take a suffix`
  }
}

export function* checkFieldsExist(table: Table, what: string, names: readonly string[]): Problems {
  for (const name of names) {
    if (!fieldOf(table, name)) yield `table ${table.name}, field ${name}: named in ${what}, but there is none`
  }
}
