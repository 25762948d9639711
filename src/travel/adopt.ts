/**
 * Adopt: a database that an application has already becomes a central one. Its tables stay as they are; ours come beside
 * them, all in one transaction.
 */
import { HomecomingError } from '../core/errors.ts'
import { loadDictionary } from '../dictionary/load.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { travelTables } from '../dictionary/travel-tables.ts'
import type { Writing } from '../storage/contract.ts'
import { type Machine, makeCentral, makeKey, type NewCentral } from './create.ts'

export interface Adopted {
  /** Tables of the application that travel from now on, as they are. */
  readonly kept: readonly string[]
  /** Tables that the dictionary has and the database had not. */
  readonly made: readonly string[]
}

/** @throws {HomecomingError} DATABASE_NOT_FOUND, DATABASE_EXISTS where Homecoming is in it already,
 *  DICTIONARY_INVALID with every table that is not as the dictionary says; nothing is changed then */
export async function adoptCentral(machine: Machine, central: Omit<NewCentral, 'fill'>): Promise<Adopted> {
  const { storage, platform } = machine
  const dictionary = loadDictionary(central.dictionary, bytes => platform.cipher.digest(bytes))
  const path = storage.nameOf(central.path)
  if (!(await storage.exists(central.path)))
    throw new HomecomingError('DATABASE_NOT_FOUND', `there is no database at ${path}`, { path })
  const db = await storage.open(central.path)
  try {
    return await db.change(async write => {
      const there = new Set(await write.schema.tables())
      requireFree(path, dictionary, there)
      const kept = dictionary.dictionary.tables.filter(table => there.has(table.name))
      await requireFitting(write, kept)
      await makeCentral(machine, write, dictionary, central, table => !there.has(table.name))
      await makeKey(machine, central.path)
      const made = dictionary.dictionary.tables.filter(table => !there.has(table.name))
      return { kept: kept.map(table => table.name), made: made.map(table => table.name) }
    })
  } finally {
    await db.close()
  }
}

/** The names of our own tables may not be taken: not even by an earlier installation. */
function requireFree(path: string, { dictionary }: LoadedDictionary, there: ReadonlySet<string>): void {
  const ours = travelTables(dictionary.parts).map(table => table.name)
  const taken = [...there].filter(name => name.startsWith('hc_') || ours.includes(name))
  if (taken.length === 0) return
  const some = taken.slice(0, 5).join(', ')
  throw new HomecomingError('DATABASE_EXISTS', `${path} has tables of Homecoming already: ${some}`, {
    path,
    tables: taken,
  })
}

/** @throws {HomecomingError} DICTIONARY_INVALID */
export async function requireFitting(write: Writing, tables: readonly Table[]): Promise<void> {
  const problems: string[] = []
  for (const table of tables) problems.push(...(await write.schema.unfit(table)))
  if (problems.length > 0) throw new HomecomingError('DICTIONARY_INVALID', problems.join('; '), { problems })
}
