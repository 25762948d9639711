/** Invariants of docs/protocol.md that no other test has for its title. */
import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { finishHome, readUpdates, releaseHome, sealForHome, writeUpdates } from '../src/app/journey.ts'
import { journeyCarrier, machine } from '../src/app/wire.ts'
import type { Site } from '../src/log/site.ts'
import { listConflicts } from '../src/travel/conflicts.ts'
import { openSite } from '../src/travel/open.ts'
import { receive } from '../src/travel/receive.ts'
import { verify } from '../src/travel/verify.ts'
import { writeOff } from '../src/travel/write-off.ts'
import { notebook } from './support/notebook.ts'
import { fillNotebook } from './support/notebook-world.ts'
import { type Laptop, type Office, openOffice } from './support/office.ts'

const anOffice = () => openOffice({ dictionary: notebook, fill: fillNotebook })
const packetsOf = (laptop: Laptop) => ({ packets: join(laptop.folder, 'packets') })
const up = (office: Office, laptop: Laptop) =>
  receive(office.site, journeyCarrier(office.site, packetsOf(laptop).packets, laptop.site.identity))
const down = (office: Office, laptop: Laptop) =>
  writeUpdates(office.site, { ...packetsOf(laptop), only: laptop.site.identity.name })

test('what was edited before a packet is read reaches its judge as its author wrote it', async () => {
  await using office = await anOffice()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' })
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await down(office, ee)
  await readUpdates(ee.site)
  await ee.exchange()
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('an edit of what both sides know is taken, whatever the clocks say', async () => {
  await using office = await anOffice()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' })
  await ee.exchange()
  ee.desk.skew = -86_400
  await ee.desk.update('book', 1, { title: 'by ee, a day before' })
  await ee.exchange()
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee, a day before' })
  expect(await office.site.db.snapshot(read => listConflicts(office.site, read))).toEqual([])
})

test('of two edits at the same moment the parent’s stands, and the other is kept field by field', async () => {
  await using office = await anOffice()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' })
  await ee.desk.update('book', 1, { title: 'by ee' })
  office.clock.pass(60)
  await ee.exchange()
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by the office' })
  expect(await ee.site.db.snapshot(read => listConflicts(ee.site, read))).toMatchObject([
    {
      reason: 'parent-wins-tie',
      fields: [{ field: 'title', base: 'Ships', mine: 'by ee', theirs: 'by the office' }],
    },
  ])
})

test('an operation that the answer does not cover yet is not written over', async () => {
  await using office = await anOffice()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' })
  await down(office, ee)
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await writeUpdates(ee.site)
  await readUpdates(ee.site)
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
})

test('a laptop that was set back is recognised, and nothing of it is applied', async () => {
  await using office = await anOffice()
  const ee = await office.leave('ee')
  const { path } = ee.site
  const reopen = async (): Promise<Site> => openSite(machine({ clock: office.clock }), { path })
  await ee.close()
  await copyFile(path, `${path}.backup`)
  const first = await reopen()
  office.clock.pass(60)
  await first.db.change(write =>
    write.update({ table: 'book', key: ['book_id'], columns: ['title'] }, [[1, 'before']]),
  )
  await writeUpdates(first)
  await up(office, ee)
  await first.db.close()

  await copyFile(`${path}.backup`, path)
  const second = await reopen()
  await second.db.change(write =>
    write.update({ table: 'book', key: ['book_id'], columns: ['title'] }, [[1, 'after']]),
  )
  await writeUpdates(second)
  await second.db.close()

  expect(await up(office, ee)).toMatchObject([{ what: 'quarantined', code: 'LINK_REJOINING' }])
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'before' })
})

test('the key goes only after the release was read back; until then coming home can be repeated', async () => {
  await using office = await anOffice()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee' })
  await sealForHome(ee.site)
  await expect(finishHome(ee.site)).rejects.toMatchObject({ code: 'RELEASE_MISSING' })
  expect(await readdir(ee.folder)).toContain('travel.key')
  for (let times = 0; times < 2; times++) {
    await sealForHome(ee.site)
    const released = await releaseHome(office.site, ee.site.identity, packetsOf(ee).packets)
    expect(released.home).toBe(true)
  }
  expect((await finishHome(ee.site)).account).toMatchObject({ made: 1, applied: 1 })
  expect(await readdir(ee.folder)).not.toContain('travel.key')
})

test('late packets of a written-off laptop are refused, and its number series is never lent again', async () => {
  await using office = await anOffice()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'too late' })
  await writeUpdates(ee.site)
  await writeOff(office.site, 'ee')
  expect(await up(office, ee)).toMatchObject([{ what: 'quarantined', code: 'PACKET_RETIRED' }])
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'Ships' })
  await office.leave('ee')
  const links = await office.desk.rows<{ series: string }>(sql`select series from hc_link order by link_id`)
  expect(links.map(link => link.series)).toEqual(['250000', '300000'])
})
