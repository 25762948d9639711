/** Copies of whole folders, as a backup program or a cloned disk has them. */
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from '../../src/app/wire.ts'
import { endRestore, noteRestore } from '../../src/rejoin/restored.ts'
import { openSite } from '../../src/travel/open.ts'
import { restored } from '../../src/travel/restored.ts'
import { Desk, Laptop, type Office } from '../support/office.ts'

/** Copies the folder of a laptop at a moment when nothing is written. The packets on their way lie elsewhere, as they do. */
export function backupOf(laptop: Laptop, to = `${laptop.folder}-backup`): string {
  rmSync(to, { recursive: true, force: true })
  const packets = join(laptop.folder, 'packets')
  cpSync(laptop.folder, to, {
    recursive: true,
    filter: path => !path.startsWith(packets) && !path.endsWith('-shm'),
  })
  return to
}

/** Puts the copy back where the laptop was; what it has exchanged stays where it is. */
export async function restore(laptop: Laptop, backup: string): Promise<Laptop> {
  await laptop.close()
  for (const name of ['travel.db', 'travel.db-wal', 'travel.db-shm', 'travel.db.homecoming'])
    rmSync(join(laptop.folder, name), { recursive: true, force: true })
  cpSync(backup, laptop.folder, { recursive: true })
  return openIn(laptop, laptop.folder)
}

/** A second laptop with the same disk. */
export async function cloneOf(laptop: Laptop): Promise<Laptop> {
  return openIn(laptop, backupOf(laptop, `${laptop.folder}-clone-${laptop.office.laptops.length}`))
}

/** It takes its time: two lives do not make a record under one id in the same second. */
async function openIn({ office }: Laptop, folder: string): Promise<Laptop> {
  office.clock.pass(1)
  const site = await openSite(machine({ clock: office.clock }), {
    path: join(folder, 'travel.db'),
    keyFile: join(folder, 'travel.key'),
  })
  const laptop = new Laptop(office, new Desk(site, office.clock), folder)
  office.laptops.push(laptop)
  return laptop
}

const CENTRAL = ['central.db', 'central.db-wal']

/** The database of the office. The folder beside it goes on, as it would on a disk of its own. */
export function backupOfOffice(office: Office): void {
  rmSync(join(office.folder, 'backup'), { recursive: true, force: true })
  for (const name of CENTRAL)
    cpSync(join(office.folder, name), join(office.folder, 'backup', name), { recursive: true })
}

/** Puts the copy back, and does what an administrator is told to. @param told false: who was not told */
export async function restoreOffice(office: Office, { told = true } = {}): Promise<void> {
  await office.site.db.close()
  for (const name of [...CENTRAL, 'central.db-shm']) rmSync(join(office.folder, name), { force: true })
  cpSync(join(office.folder, 'backup'), office.folder, { recursive: true })
  const site = await openSite(machine({ clock: office.clock }), { path: join(office.folder, 'central.db') })
  office.desk.site = site
  if (!told) return
  await site.db.change(write => noteRestore(site, write))
  await site.db.change(endRestore)
}

/** The database is put back, and the administrator does what is to be done. */
export async function putBack(office: Office): ReturnType<typeof restored> {
  office.clock.pass(60)
  await restoreOffice(office, { told: false })
  return restored(office.site)
}
