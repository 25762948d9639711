/**
 * Fresh dictionary: another process on the same database may have grown it, or learned of it, since this one opened it.
 * Role:  called where a transaction begins that writes or reads packets: what a table is must not be older than its rows.
 */
import { type LoadedDictionary, loadDictionary } from '../dictionary/load.ts'
import type { Reading } from '../storage/contract.ts'
import { readSetting } from './settings.ts'
import type { Site } from './site.ts'

/** The text of a dictionary as the database has it, so that it is read only where it has changed. */
const texts = new WeakMap<LoadedDictionary, string>()

export async function freshenDictionary(site: Site, read: Reading): Promise<void> {
  const text = await readSetting(read, 'dictionary')
  if (text === undefined || text === texts.get(site.dictionary)) return
  const found = loadDictionary(JSON.parse(text), bytes => site.platform.cipher.digest(bytes))
  if (found.fingerprint !== site.dictionary.fingerprint) site.dictionary = found
  texts.set(site.dictionary, text)
}
