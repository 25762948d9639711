/**
 * Run by tests that need a process of its own: `find-back.ts FOLDER POINT NTH`
 * exchanges once between an office and a laptop, one of which was restored, and kills itself at the nth time (from 1) it comes to the point.
 */
import { join } from 'node:path'
import { exchange } from '../../src/app/journey.ts'
import { machine } from '../../src/app/wire.ts'
import type { CrashPoint } from '../../src/core/crash-points.ts'
import { setCrashHook } from '../../src/core/crash-points.ts'
import type { Site } from '../../src/log/site.ts'
import { openSite } from '../../src/travel/open.ts'
import { START, TestClock } from './office.ts'

const LAPTOP = 'trip-ee-0'

/** Opens both, and closes them again. */
export async function withBoth<T>(
  folder: string,
  work: (office: Site, laptop: Site) => Promise<T>,
): Promise<T> {
  const clock = new TestClock()
  clock.seconds = START + 86_400
  const laptopAt = join(folder, LAPTOP)
  const office = await openSite(machine({ clock }), { path: join(folder, 'central.db') })
  const keyFile = join(laptopAt, 'travel.key')
  const laptop = await openSite(machine({ clock }), { path: join(laptopAt, 'travel.db'), keyFile })
  try {
    return await work(office, laptop)
  } finally {
    await laptop.db.close()
    await office.db.close()
  }
}

export const findBack = (folder: string): Promise<unknown> => withBoth(folder, exchange)

if (import.meta.main) {
  const [folder, point, nth] = process.argv.slice(2) as [string, CrashPoint, string]
  let count = 0
  setCrashHook(reached => {
    if (reached === point && ++count === Number(nth)) process.kill(process.pid, 'SIGKILL')
  })
  await findBack(folder)
}
