/**
 * Grow: a new version of the dictionary at central. While anyone is away it may only grow: new tables, and new fields
 * at the end, nullable or with a default. Children learn of it by their next DWN (SPEC 6).
 */
import { sql } from 'kysely'
import { enlarge } from '../capture/enlarge.ts'
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import { type Comparison, compareDictionaries } from '../dictionary/grow.ts'
import { type LoadedDictionary, loadDictionary } from '../dictionary/load.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { linksAway } from '../packet/link.ts'
import type { Writing } from '../storage/contract.ts'
import { isActive, requireCentral } from './activate.ts'

/**
 * @param data the new dictionary, with a higher version
 * @returns names of new tables and of "table.field" that were added
 * @throws {HomecomingError} DICTIONARY_INVALID, DICTIONARY_DIFFERS, PEOPLE_AWAY with who must come home first
 */
export async function growDictionary(site: Site, data: unknown): Promise<string[]> {
  requireCentral(site, 'changing the model')
  const next = loadDictionary(data, bytes => site.platform.cipher.digest(bytes))
  const growth = compareDictionaries(site.dictionary.dictionary, next.dictionary)
  if (growth.kind === 'same') return []
  await site.db.change(write => apply(site, write, next, growth))
  site.dictionary = next
  return growth.kind === 'grew' ? namesOf(growth) : []
}

async function apply(site: Site, write: Writing, next: LoadedDictionary, growth: Comparison): Promise<void> {
  if (growth.kind === 'changed') return refuse(write, growth.changes)
  if (growth.kind === 'same') return
  if (next.dictionary.version <= site.dictionary.dictionary.version) {
    throw new HomecomingError('DICTIONARY_DIFFERS', 'a dictionary that has grown needs a higher version', {
      version: next.dictionary.version,
    })
  }
  const active = await isActive(write)
  if (active) await readLog(write)
  await write.run(sql`insert into hc_dictionary (fingerprint, version)
    values (${site.dictionary.fingerprint}, ${site.dictionary.dictionary.version})`)
  await enlarge(site, write, next, growth, active)
  crashPoint('grow-enlarged')
}

async function refuse(write: Writing, changes: readonly string[]): Promise<void> {
  const away = (await linksAway(write)).map(link => link.name)
  if (away.length > 0) {
    throw new HomecomingError('PEOPLE_AWAY', `${changes[0]}; first must come home: ${away.join(', ')}`, {
      away,
      changes,
    })
  }
  throw new HomecomingError('DICTIONARY_DIFFERS', `the dictionary did more than grow: ${changes[0]}`, {
    changes,
  })
}

const namesOf = (growth: Extract<Comparison, { kind: 'grew' }>): string[] => [
  ...growth.tables.map(table => table.name),
  ...growth.grown.flatMap(({ table, fields }) => fields.map(field => `${table.name}.${field.name}`)),
]
