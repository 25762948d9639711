/** What children sent stays beside the database, so that a parent that was restored can read it again. */
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { prune } from '../../src/travel/prune.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import { Desk, type Laptop, type Office } from '../support/office.ts'
import { copyOf, laptopSends, officeReads, openNotebook, packetsOf } from '../support/steps.ts'

const DAY = 86_400

const keptFolder = (laptop: Laptop): string => {
  const { name, tag } = laptop.site.identity
  return join(laptop.office.site.home, 'applied', `${name}-${tag.slice(0, 8)}`)
}

/** Besides the packets there is what is needed to read them. */
const everything = (laptop: Laptop): Promise<string[]> => readdir(keptFolder(laptop)).catch(() => [])

const kept = async (laptop: Laptop): Promise<string[]> =>
  (await everything(laptop)).filter(name => name.endsWith('.up'))

/** ee's edit is on its way. */
async function onItsWay(office: Office): Promise<Laptop> {
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await laptopSends(ee)
  return ee
}

test('an UP that was read is kept as it came, sealed', async () => {
  await using office = await openNotebook()
  const ee = await onItsWay(office)
  const sent = await readFile(join(packetsOf(ee), 'ee0001.up'))
  expect(await kept(ee)).toEqual([])
  await officeReads(ee)

  expect(await kept(ee)).toEqual(['ee0001.up'])
  expect(await readFile(join(keptFolder(ee), 'ee0001.up'))).toEqual(sent)
})

test('a restored parent reads it again, also of somebody who is home and has no copy any more', async () => {
  await using office = await openNotebook()
  const ee = await onItsWay(office)
  const restored = await copyOf(office.site, office.clock)
  const folder = keptFolder(ee)
  await ee.comeHome()
  for (const name of await readdir(folder)) await copyFile(join(folder, name), join(packetsOf(ee), name))
  const read = await officeReads(ee, restored)

  expect(read.map(packet => packet.what)).toEqual(['applied', 'applied'])
  expect(await new Desk(restored, office.clock).get('book', 1)).toMatchObject({ title: 'by ee' })
  await restored.db.close()
})

test('it stays while its sender is away, however long, and for 30 days after homecoming', async () => {
  await using office = await openNotebook()
  const ee = await onItsWay(office)
  await officeReads(ee)
  office.clock.pass(90 * DAY)
  expect(await prune(office.site)).toMatchObject({ packets: 0 })
  await ee.comeHome()
  office.clock.pass(29 * DAY)
  expect(await prune(office.site)).toMatchObject({ packets: 0 })
  expect(await kept(ee)).toHaveLength(2)
  office.clock.pass(DAY)
  expect(await prune(office.site)).toMatchObject({ packets: 2 })
  expect(await everything(ee)).toEqual([])
})

test('the parent removes it by itself, and what a written-off laptop had sent too', async () => {
  await using office = await openNotebook()
  const ee = await onItsWay(office)
  await officeReads(ee)
  await writeOff(office.site, 'ee')
  const jo = await office.leave('jo')
  await jo.exchange()
  office.clock.pass(31 * DAY)
  await jo.exchange()

  expect(await everything(ee)).toEqual([])
})

test('a packet that is refused, or waits, is not kept', async () => {
  await using office = await openNotebook()
  const ee = await onItsWay(office)
  await ee.desk.update('book', 1, { title: 'again' })
  await laptopSends(ee)
  const first = join(packetsOf(ee), 'ee0001.up')
  const bytes = await readFile(first)
  bytes[bytes.length - 1]! ^= 1
  await writeFile(first, bytes)
  const read = await officeReads(ee)

  expect(read.map(packet => packet.what).sort()).toEqual(['quarantined', 'waiting'])
  expect(await kept(ee)).toEqual([])
})
