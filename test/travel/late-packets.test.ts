import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import { cloneOf } from '../rejoin/copies.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'
import { laptopSends, officeReads, openNotebook, packetsOf } from '../support/steps.ts'

test('an office that reads what waits also finds what a written-off laptop sent, and puts it aside', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const lost = await office.leave('ee')
  await lost.desk.update('book', 1, { title: 'by a thief' })
  await writeUpdates(lost.site)
  await writeOff(office.site, 'ee')

  const packets = join(lost.folder, 'packets')
  expect(await readUpdates(office.site, { packets })).toMatchObject([
    { what: 'quarantined', code: 'PACKET_RETIRED' },
  ])
  expect(await readUpdates(office.site, { packets })).toEqual([])
})

test('what another copy of a laptop sends after it came home is put aside, and stops nothing', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const copy = await cloneOf(ee)
  await ee.comeHome()
  await copy.desk.update('book', 1, { title: 'too late' })
  await laptopSends(copy)

  expect(await officeReads(copy)).toMatchObject([{ what: 'quarantined', code: 'PACKET_RETIRED' }])
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'Ships' })
})

test('a packet of somebody else in the folder of a journey is put aside by name, and the real one is read when it comes', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await ee.desk.update('book', 1, { title: 'by ee' })
  await jo.desk.update('book', 2, { title: 'by jo' })
  const packets = join(ee.folder, 'packets')
  await laptopSends(jo)
  mkdirSync(packetsOf(ee), { recursive: true })
  copyFileSync(join(packetsOf(jo), 'jo0001.up'), join(packetsOf(ee), 'ee0001.up'))

  expect(await readUpdates(office.site, { packets })).toMatchObject([
    { name: 'ee0001.up', what: 'quarantined', code: 'PACKET_FOREIGN' },
  ])
  expect(existsSync(join(packetsOf(ee), 'quarantine', 'ee0001.up.txt'))).toBe(true)
  await laptopSends(ee)
  expect(await readUpdates(office.site, { packets })).toMatchObject([{ name: 'ee0001.up', what: 'applied' }])
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
})
