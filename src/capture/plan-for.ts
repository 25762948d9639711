/** The capture plan of one database, from what it is and how it is set. */
import { fieldLevelNow } from '../log/field-level.ts'
import { readNumber } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import type { CapturePlan, Reading } from '../storage/contract.ts'
import { capturePlan, watchedTables } from './plan.ts'

export async function planFor(site: Site, read: Reading): Promise<CapturePlan> {
  const fieldLevel = [...(await fieldLevelNow(read))].flatMap(
    number => site.dictionary.tableByNumber(number)?.name ?? [],
  )
  return capturePlan(site.dictionary, {
    child: site.identity.kind !== 'central',
    ...(site.identity.prefix === undefined ? {} : { prefix: site.identity.prefix }),
    defaultAssociate: await readNumber(read, 'default-associate'),
    fieldLevel: new Set(fieldLevel),
    watched: site.identity.kind !== 'central' ? [] : watchedTables(site.dictionary),
  })
}
