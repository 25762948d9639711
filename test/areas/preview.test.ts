/** A preview says what will move, by moving it and taking it back. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildPrototype } from '../../src/app/prototypes.ts'
import { journeyCarrier } from '../../src/app/wire.ts'
import { linkByTag } from '../../src/packet/link.ts'
import { tripFolder } from '../../src/packet/names.ts'
import { areaOverlaps, areaSizes } from '../../src/travel/area-sizes.ts'
import { createArea, editArea } from '../../src/travel/areas.ts'
import { type Preview, previewArea, previewOwner, previewRecord } from '../../src/travel/preview.ts'
import { sendDwn } from '../../src/travel/send.ts'
import { showPacket } from '../../src/travel/show-packet.ts'
import { verify } from '../../src/travel/verify.ts'
import { contentsOf } from '../support/contents.ts'
import { type Laptop, type Office, openOffice } from '../support/office.ts'
import { CREW, fillShips, OF_A_SHIP, PER_SHIP, secondModel } from './ships.ts'

/** North includes ee with two ships, South jo with one; kk has none. */
async function openWithAreas(): Promise<Office> {
  const office = await openOffice({ dictionary: secondModel, fill: fillShips })
  await createArea(office.site, { name: 'North', include: ['ee'], assign: ['ee'] })
  await createArea(office.site, { name: 'South', include: ['jo'], assign: ['jo'] })
  return office
}

/** Records gained and lost by each area, "North +6 -0". */
const moves = ({ areas }: Preview) =>
  areas.map(({ name, gained, lost }) => `${name} +${gained.records} -${lost.records}`)

const tables = (preview: Preview, what: 'gained' | 'lost') =>
  Object.fromEntries(preview.areas[0]!.tables.map(each => [each.table, each[what].records]))

describe('the preview of an area', () => {
  test('counts what comes with a new associate, table by table, with its bytes', async () => {
    await using office = await openWithAreas()
    const preview = await previewArea(office.site, 'North', { include: ['jo'] })
    expect(moves(preview)).toEqual([`North +${PER_SHIP} -0`])
    expect(tables(preview, 'gained')).toEqual(OF_A_SHIP)
    expect(preview.areas[0]!.gained.bytes).toBeGreaterThan(100)
    expect(preview.areas[0]!.lost.bytes).toBe(0)
  })

  test('counts what goes with one who leaves it', async () => {
    await using office = await openWithAreas()
    const preview = await previewArea(office.site, 'North', { include: ['jo'], exclude: ['ee'] })
    expect(moves(preview)).toEqual([`North +${PER_SHIP} -${2 * PER_SHIP}`])
  })

  test('leaves out what another rule covers', async () => {
    await using office = await openWithAreas()
    await office.desk.update('voyage', 1, { officer_id: CREW.jo })
    // The voyage of Fram is South's already, with its cargo.
    const preview = await previewArea(office.site, 'South', { include: ['ee'] })
    expect(moves(preview)).toEqual([`South +${2 * PER_SHIP - 3} -0`])
  })

  test('tells what a new area would hold, the first of all too', async () => {
    await using office = await openOffice({ dictionary: secondModel, fill: fillShips })
    const edit = { name: 'East', include: ['ee'] }
    expect(moves(await previewArea(office.site, undefined, edit))).toEqual([`East +${2 * PER_SHIP} -0`])
    await createArea(office.site, { name: 'South', include: ['jo'] })
    expect(moves(await previewArea(office.site, undefined, edit))).toEqual([`East +${2 * PER_SHIP} -0`])
  })

  test('of everything: what no rule gave, and back', async () => {
    await using office = await openWithAreas()
    const everything = 3 * PER_SHIP
    expect(moves(await previewArea(office.site, 'South', { allData: true }))).toEqual([
      `South +${everything - PER_SHIP} -0`,
    ])
    expect(moves(await previewArea(office.site, undefined, { name: 'Head', allData: true }))).toEqual([
      `Head +${everything} -0`,
    ])
    await createArea(office.site, { name: 'Head', allData: true })
    expect(moves(await previewArea(office.site, 'Head', { allData: false, include: ['ee'] }))).toEqual([
      `Head +0 -${everything - 2 * PER_SHIP}`,
    ])
  })

  test('changes nothing', async () => {
    await using office = await openWithAreas()
    await previewArea(office.site, 'North', {})
    const before = await contentsOf(office.site)
    await previewArea(office.site, 'North', { name: 'Arctic', include: ['jo'], unassign: ['ee'] })
    await previewOwner(office.site, 'ship', 1, 'jo')
    expect(await contentsOf(office.site)).toEqual(before)
  })

  test('refuses what the change itself would be refused for', async () => {
    await using office = await openWithAreas()
    const preview = (edit: object) => previewArea(office.site, 'North', edit)
    await expect(preview({ assign: ['jo'] })).rejects.toMatchObject({ code: 'AREA_PERSON_TAKEN' })
    await expect(preview({ include: ['nobody'] })).rejects.toMatchObject({ code: 'ASSOCIATE_UNKNOWN' })
    await expect(preview({ name: 'South' })).rejects.toMatchObject({ code: 'AREA_INVALID' })
  })

  test('names whom it concerns, those away first, and who must come home before', async () => {
    await using office = await openWithAreas()
    await office.leave('kk')
    expect(await previewArea(office.site, 'North', { include: ['jo'], assign: ['kk'] })).toMatchObject({
      people: [
        { name: 'kk', area: 'North', away: true },
        { name: 'ee', area: 'North', away: false },
      ],
      mustComeHome: ['kk'],
    })
    expect(await previewArea(office.site, 'North', { maxDataAge: 30 })).toEqual({
      areas: [],
      people: [],
      mustComeHome: [],
    })
  })
})

describe('the preview of a record', () => {
  test('with another owner takes all below it from one area to the other', async () => {
    await using office = await openWithAreas()
    const preview = await previewOwner(office.site, 'ship', 1, 'jo')
    expect(moves(preview)).toEqual([`North +0 -${PER_SHIP}`, `South +${PER_SHIP} -0`])
    expect(tables(preview, 'lost')).toEqual(OF_A_SHIP)
    expect(preview.people.map(({ name }) => name)).toEqual(['ee', 'jo'])
  })

  test('below another record goes to where that one is', async () => {
    await using office = await openWithAreas()
    const preview = await previewRecord(office.site, 'voyage', 2, { ship_id: 3 })
    expect(moves(preview)).toEqual(['North +3 -0', 'South +0 -3'])
  })

  test('refuses what is not there', async () => {
    await using office = await openWithAreas()
    const { site } = office
    await expect(previewOwner(site, 'ship', 99, 'jo')).rejects.toMatchObject({ code: 'RECORD_UNKNOWN' })
    await expect(previewOwner(site, 'ship', 1, 'nobody')).rejects.toMatchObject({ code: 'ASSOCIATE_UNKNOWN' })
    await expect(previewOwner(site, 'cargo', 1, 'jo')).rejects.toMatchObject({ code: 'FIELD_UNKNOWN' })
    await expect(previewRecord(site, 'ship', 1, { sail: 1 })).rejects.toMatchObject({ code: 'FIELD_UNKNOWN' })
    await expect(previewRecord(site, 'boat', 1, { sail: 1 })).rejects.toMatchObject({ code: 'TABLE_UNKNOWN' })
  })
})

describe('saving sends only the difference', () => {
  test.each([
    ['somebody comes', 'North', { include: ['jo'] }],
    ['somebody goes', 'North', { include: ['kk'], exclude: ['ee'] }],
    ['both', 'North', { include: ['jo'], exclude: ['ee'] }],
    ['everything comes', 'North', { allData: true }],
    ['everything goes, but what a rule gives', 'Head', { allData: false, include: ['ee'] }],
  ])('when %s: so many puts and leaves as were previewed', async (_, area, edit) => {
    await using office = await openWithAreas()
    await createArea(office.site, { name: 'Head', allData: true, assign: ['kk'] })
    const laptop = await leaveWith(office, area, area === 'Head' ? 'kk' : 'ee')
    const preview = await previewArea(office.site, area, edit)
    await editArea(office.site, area, edit)
    expect(await operations(office, laptop)).toEqual(expected(preview, area))
    await laptop.exchange()
    expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
  })

  test('of a record that changed hands, what was previewed leaves one laptop and comes to the other', async () => {
    await using office = await openWithAreas()
    const north = await leaveWith(office, 'North', 'ee')
    const south = await leaveWith(office, 'South', 'jo')
    const preview = await previewOwner(office.site, 'ship', 1, 'jo')
    await office.desk.update('ship', 1, { captain_id: CREW.jo })
    expect(await operations(office, north)).toEqual(expected(preview, 'North'))
    expect(await operations(office, south)).toEqual(expected(preview, 'South'))
  })
})

async function leaveWith(office: Office, area: string, who: string): Promise<Laptop> {
  await buildPrototype(office.site, area)
  const laptop = await office.leave(who)
  await laptop.exchange()
  return laptop
}

/** Puts and leaves by table in the next DWN, without the rows that define areas. */
async function operations({ site, folder }: Office, laptop: Laptop) {
  const carrier = journeyCarrier(site, join(folder, 'look'), laptop.site.identity)
  const link = await site.db.snapshot(read => linkByTag(read, laptop.site.identity.tag))
  const [packet] = await sendDwn(site, link!.link_id, carrier)
  const trip = tripFolder(laptop.site.identity.name, laptop.site.identity.tag)
  const view = await showPacket(site.platform, join(folder, 'look', trip, packet!.name), site)
  return Object.fromEntries(
    view.operations
      .filter(({ table }) => !table.startsWith('area'))
      .map(({ table, puts, leaves, deletes }) => [table, { puts, leaves, deletes }]),
  )
}

const expected = ({ areas }: Preview, name: string) =>
  Object.fromEntries(
    areas
      .find(area => area.name === name)!
      .tables.map(({ table, gained, lost }) => [
        table,
        { puts: gained.records, leaves: lost.records, deletes: 0 },
      ]),
  )

describe('sizes and overlaps', () => {
  test('each area says how much of each table it holds', async () => {
    await using office = await openWithAreas()
    await createArea(office.site, { name: 'Head', allData: true })
    const [north, south, head] = await areaSizes(office.site)
    expect(north).toMatchObject({ name: 'North', records: 2 * PER_SHIP })
    expect(south).toMatchObject({ name: 'South', records: PER_SHIP })
    expect(Object.fromEntries(south!.tables.map(each => [each.table, each.records]))).toEqual(OF_A_SHIP)
    expect(head).toMatchObject({ name: 'Head', records: 3 * PER_SHIP })
  })

  test('two areas have in common what both hold', async () => {
    await using office = await openWithAreas()
    await createArea(office.site, { name: 'Head', allData: true })
    await editArea(office.site, 'South', { include: ['ee'] })
    const pairs = (await areaOverlaps(office.site)).map(({ a, b, records }) => `${a} ${b} ${records}`)
    expect(pairs).toEqual([
      ...['North North 12', 'North South 12', 'North Head 12'],
      ...['South South 18', 'South Head 18', 'Head Head 18'],
    ])
  })

  test('also where there are more areas than fit into one word', async () => {
    await using office = await openWithAreas()
    for (let number = 0; number < 50; number++)
      await createArea(office.site, { name: `Area ${number}`, include: [number % 2 === 0 ? 'ee' : 'jo'] })
    const pairs = await areaOverlaps(office.site)
    const common = (a: string, b: string) => pairs.find(each => each.a === a && each.b === b)?.records
    expect(common('North', 'Area 48')).toBe(2 * PER_SHIP)
    expect(common('South', 'Area 48')).toBe(0)
    expect(common('Area 47', 'Area 49')).toBe(PER_SHIP)
  })
})
