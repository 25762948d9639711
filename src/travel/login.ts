/** Login: whether a person may work at the parent, for applications to ask (SPEC 5.4). */
import { HomecomingError } from '../core/errors.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { whereAway } from './away.ts'
import { requireOpen } from './home-state.ts'
import { nameOfOffice, officeOf } from './office.ts'
import { findPerson } from './people.ts'

export type CentralLogin = 'No' | 'ReadOnly' | 'Yes'
const SETTING = 'AllowCentralLogin'

export async function setCentralLogin(site: Site, allow: CentralLogin): Promise<void> {
  await site.db.change(write => writeSetting(write, SETTING, allow))
}

/** @returns what the person may do here. @throws {HomecomingError} ASSOCIATE_UNKNOWN, LOGIN_REFUSED while away, CHILD_CLOSED */
export async function checkLogin(site: Site, who: string | number): Promise<'read' | 'write'> {
  return site.db.snapshot(async read => {
    await requireOpen(site, read)
    const person = await findPerson(site, read, who)
    const office = await officeOf(read, person.id)
    const elsewhere = office !== (site.identity.prefix ?? office)
    const away = await whereAway(read, person.id)
    if (!elsewhere && !away) return 'write'
    const allow = ((await readSetting(read, SETTING)) ?? 'No') as CentralLogin
    if (allow === 'No') {
      const where = elsewhere ? `works at ${await nameOfOffice(read, office)}` : `is ${away}`
      throw new HomecomingError('LOGIN_REFUSED', `${person.name} ${where}`, { associate: person.name })
    }
    return allow === 'ReadOnly' ? 'read' : 'write'
  })
}
