/**
 * Load: from data of unknown origin to a dictionary that the engine can rely on.
 * Role:  parse, check, add the travel tables, prepare lookups.
 * Never: guesses: whatever does not fit is refused with its table and field.
 */
import { type Digest, fingerprint } from './canonical.ts'
import type { Model, Problems } from './check.ts'
import { checkFields } from './check-fields.ts'
import { checkCircles, checkMembership } from './check-membership.ts'
import { checkKeys, checkNames, checkPrefix } from './check-tables.ts'
import { type LoadedDictionary, prepare } from './loaded.ts'
import type { Dictionary } from './model.ts'
import { parseDictionary } from './parse.ts'
import { refuse } from './problem.ts'
import { travelTables } from './travel-tables.ts'

/**
 * @param data a `Dictionary`, for instance from a JSON file, without the travel tables
 * @param digest SHA-256, from the platform
 * @throws {HomecomingError} DICTIONARY_INVALID with table and field; all problems in `values.problems`
 */
export function loadDictionary(data: unknown, digest: Digest): LoadedDictionary {
  const dictionary = parseDictionary(data)
  refuse([...problemsOf(dictionary)])
  return prepare(dictionary, travelTables(dictionary.parts), fingerprint(dictionary, digest))
}

function* problemsOf(dictionary: Dictionary): Problems {
  const travel = travelTables(dictionary.parts)
  const tables = new Map([...travel, ...dictionary.tables].map(table => [table.name, table]))
  const model: Model = { dictionary, tables }
  yield* checkNames(dictionary.tables, travel)
  yield* checkPrefix('dictionary', dictionary.travelPrefix)
  yield* checkParts(model)
  for (const table of dictionary.tables) {
    yield* checkPrefix(`table ${table.name}`, table.travelPrefix)
    yield* checkFields(model, table)
    yield* checkKeys(table)
    yield* checkMembership(model, table)
  }
  yield* checkCircles(model)
}

function* checkParts({ dictionary, tables }: Model): Problems {
  const { associate, company, document } = dictionary.parts
  const users = tables.get(associate.table)
  const name = users?.fields.find(field => field.name === associate.name)
  if (!users) yield `parts, associate: there is no table ${associate.table}`
  else if (name?.type !== 'text') {
    yield `table ${users.name}, field ${associate.name}: the login name must be a text field`
  }
  if (company && !tables.has(company.table)) yield `parts, company: there is no table ${company.table}`
  if (document && !tables.has(document.table)) yield `parts, document: there is no table ${document.table}`
}

export type { Child, LoadedDictionary } from './loaded.ts'
