/**
 * Applied: what children sent, kept as it came, outside the database: a parent that was restored can read it again
 * (SPEC 10). It stays while its sender is away, and for some time after that.
 * Shape: applied/<journey>/ee0001.up beside the database, sealed as ever, and ee0001.up.heard; beside them `pass`, the journey's own link, `ids`, and
 *        `home` when it has ended.
 * Never: removes packets of a journey that this database does not know to have ended.
 */
import { sql } from 'kysely'
import type { Hearing } from '../apply/hearing.ts'
import { crashPoint } from '../core/crash-points.ts'
import type { Site } from '../log/site.ts'
import type { Link } from '../packet/link.ts'
import { packetName, tripFolder } from '../packet/names.ts'
import { type Run, readRuns } from '../packet/pairs.ts'

/** Where the packets of one child are kept. */
export const appliedFolder = (site: Site, link: Pick<Link, 'name' | 'tag'>): string =>
  site.platform.files.join(site.home, 'applied', tripFolder(link.name, link.tag))

/**
 * In the transaction that applies it, before the commit: nothing is applied that was not kept.
 * @param hearing undefined: it was passed over
 */
export async function keepApplied(
  site: Site,
  link: Link,
  packet: { readonly number: number; readonly path: string; readonly hearing: Hearing | undefined },
): Promise<void> {
  const { files } = site.platform
  const folder = appliedFolder(site, link)
  await files.makeFolder(folder)
  const kept = files.join(folder, packetName(link.name, packet.number, 'up'))
  const { hearing } = packet
  if (hearing) await files.write(kept + HEARING, new TextEncoder().encode(JSON.stringify(hearing)))
  await files.copy(packet.path, kept)
  crashPoint('up-kept')
}

/** Beside a packet: how it was judged. */
const HEARING = '.heard'

/** @param packet the path of a kept packet @returns undefined where it was passed over, or kept before this was noted */
export async function hearingOf({ platform: { files } }: Site, packet: string): Promise<Hearing | undefined> {
  const path = packet + HEARING
  return (await files.exists(path)) ? JSON.parse(new TextDecoder().decode(await files.read(path))) : undefined
}

/** The file that says which journey it is (pass.ts). */
const PASS = 'pass'

/** When the journey has begun. Who dies before that leaves no trace here of a journey that was not; the child has its pass itself. */
export async function keepPass(site: Site, link: Pick<Link, 'name' | 'tag'>, pass: string): Promise<void> {
  const { files } = site.platform
  const folder = appliedFolder(site, link)
  await files.makeFolder(folder)
  await files.write(files.join(folder, PASS), new TextEncoder().encode(pass))
}

/** The child is home: nothing more comes of it. */
const END = 'home'

/** In the transaction that ends the journey. */
export async function keepEnd(site: Site, link: Pick<Link, 'name' | 'tag'>): Promise<void> {
  const { files } = site.platform
  const folder = appliedFolder(site, link)
  await files.makeFolder(folder)
  await files.write(files.join(folder, END), new Uint8Array())
}

export const hasEnded = (site: Site, link: Pick<Link, 'name' | 'tag'>): Promise<boolean> =>
  site.platform.files.exists(site.platform.files.join(appliedFolder(site, link), END))

/** The ids that were given to what the child has made. */
const IDS = 'ids'

/** After the commit: what was not committed has got no ids. */
export async function keepIds(site: Site, link: Pick<Link, 'name' | 'tag'>): Promise<void> {
  const { files } = site.platform
  const runs = await site.db.snapshot(read => readRuns(read, link.tag))
  const folder = appliedFolder(site, link)
  if (runs.length === 0 || !(await files.exists(folder))) return
  await files.write(files.join(folder, IDS), new TextEncoder().encode(JSON.stringify(runs)))
}

export async function keptIds(site: Site, link: Pick<Link, 'name' | 'tag'>): Promise<readonly Run[]> {
  const { files } = site.platform
  const path = files.join(appliedFolder(site, link), IDS)
  return (await files.exists(path)) ? JSON.parse(new TextDecoder().decode(await files.read(path))) : []
}

/** Journeys of which something is kept; those that began before passes were kept have none. */
export async function keptJourneys(site: Site): Promise<{ folder: string; pass: string | undefined }[]> {
  const { files } = site.platform
  const root = files.join(site.home, 'applied')
  if (!(await files.exists(root))) return []
  const journeys = []
  for (const folder of (await files.list(root)).sort()) {
    const path = files.join(root, folder, PASS)
    const pass = (await files.exists(path)) ? new TextDecoder().decode(await files.read(path)) : undefined
    journeys.push({ folder, pass })
  }
  return journeys
}

/** @param before journeys that had ended by then @returns how many packets were removed */
export async function forgetApplied(site: Site, before: number): Promise<number> {
  const { files } = site.platform
  const ended = await site.db.snapshot(read =>
    read.rows(
      sql<{ name: string; tag: string }>`select name, tag from hc_link
        where link_id > 0 and closed_time > 0 and closed_time <= ${before}`,
    ),
  )
  let count = 0
  for (const link of ended) {
    const folder = appliedFolder(site, link)
    if (!(await files.exists(folder))) continue
    count += (await files.list(folder)).filter(name => name.endsWith('.up')).length
    await files.removeFolder(folder)
  }
  return count
}
