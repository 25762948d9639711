/** SPEC 10, "After a break": a laptop's disk is cloned, and both copies are used. One goes on, never both. */
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sealForHome } from '../../src/app/journey.ts'
import { showPacket } from '../../src/travel/show-packet.ts'
import { verify } from '../../src/travel/verify.ts'
import {
  laptopReads,
  laptopSends,
  officeReads,
  officeSends,
  openNotebook,
  packetNames,
  packetsOf,
} from '../support/steps.ts'
import { cloneOf } from './copies.ts'
import { titles } from './holdings.ts'

test('the second to exchange looks like a restored laptop and goes on; the first is refused then, and harms nothing', async () => {
  await using office = await openNotebook()
  const first = await office.leave('ee')
  const second = await cloneOf(first)
  await first.desk.insert('book', { title: 'by the first' })
  await first.exchange()
  office.clock.pass(1)
  await second.desk.insert('book', { title: 'by the second' })
  await second.exchange()
  await first.desk.insert('book', { title: 'too late' })
  const { refused } = await first.exchange()

  expect(refused).toMatchObject([{ what: 'quarantined', code: 'LINK_TWIN' }])
  expect(await titles(office)).toEqual(['Ships', 'Stars', 'by the first', 'by the second'])
  await second.desk.insert('book', { title: 'goes on' })
  expect((await second.exchange()).refused).toEqual([])
  expect(await titles(second)).toEqual(['Ships', 'Stars', 'by the first', 'by the second', 'goes on'])
  expect((await verify(office.site, second.site)).differences).toEqual([])
})

test('what the refused copy had sent can be read, packet by packet', async () => {
  await using office = await openNotebook()
  const first = await office.leave('ee')
  const second = await cloneOf(first)
  for (const laptop of [first, second, first]) {
    await laptop.desk.insert('book', { title: 'new' })
    await laptop.exchange()
  }
  await first.desk.insert('note', { book_id: 1, text: 'more' })
  expect((await first.exchange()).refused).toMatchObject([{ code: 'LINK_TWIN' }, { code: 'LINK_TWIN' }])

  const names = await packetNames(first, 'quarantine')
  const views = await Promise.all(
    names.map(name =>
      showPacket(office.site.platform, join(packetsOf(first), 'quarantine', name), office.site),
    ),
  )
  expect(views.flatMap(({ operations }) => operations)).toEqual(
    expect.arrayContaining([expect.objectContaining({ table: 'note', puts: 1 })]),
  )
})

test('where the first is heard again before the second has found back, the second is refused', async () => {
  await using office = await openNotebook()
  const first = await office.leave('ee')
  const second = await cloneOf(first)
  await first.desk.insert('book', { title: 'by the first' })
  await first.exchange()
  await second.desk.insert('book', { title: 'by the second' })
  await laptopSends(second)
  expect(await officeReads(second)).toMatchObject([{ code: 'LINK_REJOINING' }])
  await officeSends(second)
  const [told] = (await packetNames(second)).filter(name => name.endsWith('.dwn'))
  await copyFile(join(packetsOf(second), told!), join(packetsOf(first), told!))
  await laptopReads(first)
  await first.desk.insert('book', { title: 'again by the first' })
  expect((await first.exchange()).refused).toEqual([])

  await laptopReads(second)
  await laptopSends(second)
  expect(await officeReads(second)).toMatchObject([{ what: 'quarantined', code: 'LINK_TWIN' }])
  expect(await titles(office)).toEqual(['Ships', 'Stars', 'again by the first', 'by the first'])
  await first.desk.update('book', 1, { title: 'Ships, still there' })
  await first.exchange()
  expect((await verify(office.site, first.site)).differences).toEqual([])
})

test('the first stays refused where a packet of it was lost, and its next one does not follow from what was read', async () => {
  await using office = await openNotebook()
  const first = await office.leave('ee')
  const second = await cloneOf(first)
  for (const laptop of [first, second, second, second, second]) {
    await laptop.desk.insert('book', { title: laptop === first ? 'by the first' : 'by the second' })
    await laptop.exchange()
  }
  for (const title of ['lost', 'too late']) {
    await first.desk.insert('book', { title })
    await laptopSends(first)
    if (title === 'lost') for (const name of await packetNames(first)) await rm(join(packetsOf(first), name))
  }
  for (let round = 0; round < 3; round++) await first.exchange()

  const { refused } = await first.exchange()
  expect([...new Set(refused.map(({ code }) => code))]).toEqual(['LINK_TWIN'])
  await second.desk.insert('book', { title: 'goes on' })
  expect((await second.exchange()).refused).toEqual([])
  expect(await titles(office)).not.toContain('too late')
  expect((await verify(office.site, second.site)).differences).toEqual([])
})

test('a refused copy is told so, and is not mixed with the other', async () => {
  await using office = await openNotebook()
  const first = await office.leave('ee')
  const second = await cloneOf(first)
  for (const laptop of [first, second, first]) {
    await laptop.desk.insert('book', { title: 'new' })
    await laptop.exchange()
  }
  const before = await titles(first)
  await office.desk.insert('book', { title: 'for the second' })
  await officeSends(first)

  expect(await laptopReads(first)).toMatchObject([{ what: 'waiting', code: 'LINK_TWIN' }])
  expect(await titles(first)).toEqual(before)
})

test('a copy that would come home after the other one is told so before it is sealed, and what it has can be read', async () => {
  await using office = await openNotebook()
  const first = await office.leave('ee')
  const second = await cloneOf(first)
  await first.comeHome()
  await second.desk.insert('book', { title: 'by the second' })
  const isHome = { code: 'TWIN_IS_HOME', values: { edits: 1 } }

  await expect(second.comeHome()).rejects.toMatchObject(isHome)
  await second.desk.update('book', 1, { title: 'not sealed' })
  await expect(second.comeHome()).rejects.toMatchObject({ ...isHome, values: { edits: 2 } })
  expect((await second.exchange()).refused).toMatchObject([{ what: 'quarantined', code: 'PACKET_RETIRED' }])
  const path = join(packetsOf(second), 'quarantine', 'ee0001.up')
  expect((await showPacket(office.site.platform, path, office.site)).operations).toMatchObject([
    { table: 'book', puts: 2 },
  ])
})

test('a copy that was sealed for home over a folder is told with both at hand that the other one was first', async () => {
  await using office = await openNotebook()
  const first = await office.leave('ee')
  const second = await cloneOf(first)
  await second.desk.insert('book', { title: 'by the second' })
  await sealForHome(second.site)
  await first.comeHome()

  await expect(second.comeHome()).rejects.toMatchObject({ code: 'TWIN_IS_HOME', values: { edits: 1 } })
  await expect(second.comeHome()).rejects.toMatchObject({ code: 'TWIN_IS_HOME', values: { edits: 1 } })
})
