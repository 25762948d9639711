/** What central knows of a satellite's own travellers: the satellite says it, sealed, with its packets. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { branchKey } from '../../src/packet/branch.ts'
import { linkKey } from '../../src/packet/keys-of-links.ts'
import { type Link, linkById, linkByTag } from '../../src/packet/link.ts'
import { unwrapKey } from '../../src/platform/keys.ts'
import { readStatus } from '../../src/travel/status.ts'
import { EVA, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

const PARENT_LINK = -1

test('central shows the tree: itself, its satellites, and their travellers with what waits for them', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await ee.exchange()
  await north.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  await north.exchange()
  office.clock.pass(60)
  const [link] = (await readStatus(office.site)).links
  expect(link).toMatchObject({ name: 'North', satellite: 1, silent: 60, unacknowledged: 0, behind: 0 })
  expect(link!.branch!.links).toMatchObject([{ name: 'ee', state: 'away', made: 1, behind: 1, held: 0 }])
})

test('a satellite of which nobody has left yet says nothing, and says nothing twice', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  expect((await readStatus(office.site)).links[0]!.branch).toBeUndefined()
  await north.leave('ee')
  expect((await north.exchange()).sent.length).toBeGreaterThan(0)
  expect((await readStatus(office.site)).links[0]!.branch!.links).toHaveLength(1)
  expect((await north.exchange()).sent).toHaveLength(0)
})

test.each([0, 1, 2] as const)(
  'with the key of its office central can open what the keys of its travellers are kept under, in mode %i',
  async mode => {
    await using office = await openAtHome()
    await office.sql(`update area set encryptedcomm = ${mode} where name = 'North'`)
    await using north = await openBranch(office, 'North')
    await north.build()
    await north.leave('ee')
    await north.exchange()
    const up = (await office.site.db.snapshot(read => linkByTag(read, north.site.identity.tag)))!
    const key = await office.site.db.snapshot(read => branchKey(office.site, read, up))
    expect(key).toEqual(north.site.key)
    const below = (await north.site.db.snapshot(read => linkById(read, 1))) as Link
    expect(unwrapKey(office.site.platform, key!, below.wrapped_key!)).toBeDefined()
    expect(linkKey(north.site, (await north.site.db.snapshot(read => linkById(read, PARENT_LINK)))!)).toEqual(
      linkKey(office.site, up),
    )
  },
)

test('over a folder a satellite writes for central and for its travellers, and reads both', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  const packets = `${office.folder}/share`
  await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
  const round = async () => {
    await writeUpdates(ee.site, { packets })
    await readUpdates(north.site, { packets })
    await writeUpdates(north.site, { packets })
    await readUpdates(office.site, { packets })
    await writeUpdates(office.site, { packets })
    await readUpdates(north.site, { packets })
    await writeUpdates(north.site, { packets })
    await readUpdates(ee.site, { packets })
  }
  await round()
  expect(await ee.desk.get('contact', NORDLYS)).toMatchObject({ name: 'Nordlys AS' })
  const found = sql<{ name: string }>`select name from contact where name = 'Skrei'`
  expect(await office.desk.rows(found)).toHaveLength(1)
})
