/**
 * Made anew: an office whose database was lost has another one. Where the old one turns up, both go by one tag and number.
 * Role:  which of them is the present one. Each generation has a number; central and whoever is on the road keep the highest
 *        that they have met, and so a former one is known wherever two databases are at hand. It takes nobody's edits then.
 * Never: asks a clock. Over a folder a former one is refused as any twin is (rejoin/twins.ts).
 */
import { readNumber, readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { noteFormer, requirePresent } from './home-state.ts'
import { PARENT_PATH } from './paths.ts'

/** In the database of an office: which generation of it this is; the first has none. */
const GENERATION = 'generation'
/** In that of somebody who has met it. */
const metOf = (tag: string): string => `${GENERATION} ${tag}`
/** At central: where the database of an office was when both were at hand. */
const placeOf = (tag: string): string => `place ${tag}`

/** @param central in the transaction that makes the office anew @param office its new database */
export async function beginGeneration(central: Writing, office: Writing, tag: string): Promise<void> {
  const next = String((await readNumber(central, metOf(tag), 1)) + 1)
  await writeSetting(central, metOf(tag), next)
  await writeSetting(office, GENERATION, next)
}

/**
 * Two databases that belong together are at hand: each keeps where the other is, and a former one of an office is told that it is.
 * @throws {HomecomingError} SATELLITE_REPLACED where that is the parent
 */
export async function meetAtHand(parent: Site, child: Site): Promise<void> {
  await meetGeneration(parent, child)
  await parent.db.snapshot(read => requirePresent(parent, read))
  await note(child, PARENT_PATH, parent.path)
  if (child.identity.kind === 'satellite') await note(parent, placeOf(child.identity.tag), child.path)
}

export async function meetGeneration(parent: Site, child: Site): Promise<void> {
  const [office, other] = child.identity.kind === 'satellite' ? [child, parent] : [parent, child]
  if (office.identity.kind !== 'satellite') return
  const name = metOf(office.identity.tag)
  const is = await office.db.snapshot(read => readNumber(read, GENERATION, 1))
  const met = await other.db.snapshot(read => readNumber(read, name, 1))
  if (is < met) await office.db.change(noteFormer)
  if (is > met) await note(other, name, String(is))
}

/** Where central met the database of an office last; undefined: it never did. */
export const placeOfOffice = (read: Reading, tag: string): Promise<string | undefined> =>
  readSetting(read, placeOf(tag))

async function note(site: Site, name: string, value: string): Promise<void> {
  if ((await site.db.snapshot(read => readSetting(read, name))) === value) return
  await site.db.change(write => writeSetting(write, name, value))
}
