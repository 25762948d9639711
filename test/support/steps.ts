/** The four steps of an exchange, one by one, so that a test can do something between them. */
import { cp, mkdtemp, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sql } from 'kysely'
import { journeyCarrier, machine } from '../../src/app/wire.ts'
import type { Site } from '../../src/log/site.ts'
import { type Link, linkByTag } from '../../src/packet/link.ts'
import { tripFolder } from '../../src/packet/names.ts'
import { openSite } from '../../src/travel/open.ts'
import { type Received, receive } from '../../src/travel/receive.ts'
import { type Sent, sendDwn, sendUp } from '../../src/travel/send.ts'
import { notebook } from './notebook.ts'
import { fillNotebook } from './notebook-world.ts'
import type { Laptop, Office, TestClock } from './office.ts'
import { openOffice } from './office.ts'

/** An office with two books, three notes and a topic; `ee` (2) and `jo` (3) may leave. */
export const openNotebook = (): Promise<Office> => openOffice({ dictionary: notebook, fill: fillNotebook })

/** Where the packets of a laptop lie. */
export const packetsOf = (laptop: Laptop): string =>
  join(laptop.folder, 'packets', tripFolder(laptop.site.identity.name, laptop.site.identity.tag))

export const packetNames = async (laptop: Laptop, folder = ''): Promise<string[]> =>
  (await readdir(join(packetsOf(laptop), folder)).catch(() => []))
    .filter(name => /\.(up|dwn)$/.test(name))
    .sort()

const carrierOf = (laptop: Laptop) =>
  journeyCarrier(laptop.site, join(laptop.folder, 'packets'), laptop.site.identity)

export async function linkOf(laptop: Laptop): Promise<Link> {
  const tag = laptop.site.identity.tag
  return (await laptop.office.site.db.snapshot(read => linkByTag(read, tag)))!
}

export const laptopSends = (laptop: Laptop): Promise<Sent[]> => sendUp(laptop.site, carrierOf(laptop))
/** @param office another copy of the office's database, where there is one */
export const officeReads = (laptop: Laptop, office: Site = laptop.office.site): Promise<Received[]> =>
  receive(office, carrierOf(laptop))
export const officeSends = async (laptop: Laptop): Promise<Sent[]> =>
  sendDwn(laptop.office.site, (await linkOf(laptop)).link_id, carrierOf(laptop))
export const laptopReads = (laptop: Laptop): Promise<Received[]> => receive(laptop.site, carrierOf(laptop))

/** An exchange without a look at the other side: as by files that somebody carries. */
export async function byPackets(laptop: Laptop): Promise<void> {
  for (const step of [laptopSends, officeReads, officeSends, laptopReads]) await step(laptop)
}

/** A copy of a database as it is now, with its keys, as a backup or a cloned disk has it. */
export async function copyOf(site: Site, clock: TestClock): Promise<Site> {
  const folder = await mkdtemp(join(dirname(site.path), 'copy-'))
  await site.db.change(write => write.run(sql`select 1`))
  for (const name of await readdir(dirname(site.path)))
    if (name.startsWith('central.db') || name.startsWith('travel.'))
      await cp(join(dirname(site.path), name), join(folder, name), { recursive: true })
  const path = join(folder, basename(site.path))
  const keyFile = site.identity.kind === 'traveller' ? { keyFile: join(folder, 'travel.key') } : {}
  return openSite(machine({ clock }), { path, ...keyFile })
}
