/** Learn dictionary: the frame with which a child's tables grow before the rest of a packet is applied (SPEC 6). */
import { enlarge } from '../capture/enlarge.ts'
import { HomecomingError } from '../core/errors.ts'
import { compareDictionaries } from '../dictionary/grow.ts'
import { type LoadedDictionary, loadDictionary } from '../dictionary/load.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'

/** Its travellers may still write packets with the dictionary of before. */
const noteKnown = (write: Writing, { fingerprint, dictionary }: LoadedDictionary): Promise<void> =>
  write.upsert({ table: 'hc_dictionary', key: ['fingerprint'], columns: ['version'] }, [
    [fingerprint, dictionary.version],
  ])

/** @returns the new dictionary. @throws {HomecomingError} DICTIONARY_DIFFERS when it did more than grow */
export async function learnDictionary(site: Site, write: Writing, text: string): Promise<LoadedDictionary> {
  const next = loadDictionary(JSON.parse(text), bytes => site.platform.cipher.digest(bytes))
  const growth = compareDictionaries(site.dictionary.dictionary, next.dictionary)
  switch (growth.kind) {
    case 'same':
      return next
    case 'grew':
      await enlarge(site, write, next, growth, true)
      if (site.identity.kind === 'satellite') await noteKnown(write, site.dictionary)
      return next
    case 'changed':
      throw new HomecomingError(
        'DICTIONARY_DIFFERS',
        `the dictionary did more than grow: ${growth.changes[0]}`,
        {
          changes: growth.changes,
        },
      )
    default:
      throw growth satisfies never
  }
}
