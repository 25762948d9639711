/**
 * Write-off: a lost laptop. Its tag is refused from then on; its id pairs stay, its number series is never lent again
 * (SPEC 10).
 */
import { crashPoint } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { linkOfPerson } from '../packet/link.ts'
import { requireParent } from './activate.ts'
import { retire } from './close-link.ts'
import { findPerson } from './people.ts'

/** @throws {HomecomingError} ASSOCIATE_UNKNOWN, NOT_AWAY */
export async function writeOff(site: Site, who: string | number): Promise<{ name: string; tag: string }> {
  requireParent(site)
  return site.db.change(async write => {
    const person = await findPerson(site, write, who)
    const link = await linkOfPerson(write, person.id)
    if (!link) throw new HomecomingError('NOT_AWAY', `${person.name} is not away`, { associate: person.name })
    await retire(site, write, link.link_id, 'written-off')
    crashPoint('write-off-retired')
    return { name: link.name, tag: link.tag }
  })
}
