/** Areas are defined at central; a change that would strand somebody, or make no sense, is refused and changes nothing. */
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { linksAway } from '../../src/packet/link.ts'
import { buildPrototype, findPrototype, prototypePath } from '../../src/prototype/build.ts'
import { createArea, editArea, listAreas, removeArea, showArea } from '../../src/travel/areas.ts'
import { contentsOf } from '../support/contents.ts'
import { type Office, openOffice } from '../support/office.ts'
import { fillShips, secondModel } from './ships.ts'

const open = () => openOffice({ dictionary: secondModel, fill: fillShips })

/** Refused by this code, and nothing is other than it was. */
async function refused(office: Office, code: string, change: () => Promise<unknown>, names: object = {}) {
  const before = await contentsOf(office.site)
  await expect(change()).rejects.toMatchObject({ code, values: expect.objectContaining(names) })
  expect(await contentsOf(office.site)).toEqual(before)
}

const north = (office: Office, more = {}) =>
  createArea(office.site, { name: 'North', include: ['ee'], assign: ['ee'], ...more })

describe('an area', () => {
  test('is created with all it says, and shown so', async () => {
    await using office = await open()
    const made = await createArea(office.site, {
      name: ' North ',
      include: ['ee', 3],
      assign: ['jo'],
      maxDataAge: 90,
      encryption: 1,
      freeText: true,
    })

    expect(made).toEqual({
      id: 1,
      name: 'North',
      allData: false,
      maxDataAge: 90,
      encryption: 1,
      freeText: true,
      included: [person(2, 'ee'), person(3, 'jo')],
      assigned: [person(3, 'jo')],
      away: [],
    })
    expect(await listAreas(office.site)).toEqual([made])
    expect(await showArea(office.site, 'north')).toEqual(made)
    expect(await showArea(office.site, 1)).toEqual(made)
  })

  test('has encrypted packets and data of any age where nobody says otherwise', async () => {
    await using office = await open()
    expect(await createArea(office.site, { name: 'Head', allData: true })).toMatchObject({
      allData: true,
      encryption: 2,
      maxDataAge: 0,
      freeText: false,
    })
  })

  test('shows its prototype, and who is away with it', async () => {
    await using office = await open()
    const { id } = await north(office)
    await buildPrototype(office.site, id)
    await office.leave('ee')
    expect(await showArea(office.site, 'North')).toMatchObject({
      assigned: [{ name: 'ee', away: true }],
      away: ['ee'],
      prototype: { records: expect.any(Number), bytes: expect.any(Number) },
    })
  })

  test('says how the packets of those who leave with it are encrypted, unless they say it themselves', async () => {
    await using office = await open()
    const { id } = await north(office, { encryption: 1, assign: ['ee', 'jo'] })
    await buildPrototype(office.site, id)
    await office.leave('ee')
    await office.leave('jo', { mode: 0 })
    await office.leave('kk')
    const links = await office.site.db.snapshot(linksAway)
    expect(links.map(({ name, mode }) => `${name} ${mode}`)).toEqual(['ee 1', 'jo 0', 'kk 2'])
  })

  test('is edited field by field; what is not named stays', async () => {
    await using office = await open()
    await north(office, { maxDataAge: 30 })
    const edited = await editArea(office.site, 'North', {
      name: 'Northern',
      include: ['jo', 'ee'],
      assign: ['kk'],
    })
    expect(edited).toMatchObject({
      name: 'Northern',
      maxDataAge: 30,
      included: [{ name: 'ee' }, { name: 'jo' }],
      assigned: [{ name: 'ee' }, { name: 'kk' }],
    })
    expect(await editArea(office.site, 'Northern', { exclude: ['ee'], unassign: [2] })).toMatchObject({
      included: [{ name: 'jo' }],
      assigned: [{ name: 'kk' }],
    })
  })

  test('is captured like any edit, in the name of whoever makes it', async () => {
    await using office = await open()
    await createArea(office.site, { name: 'North', include: ['ee'], assign: ['jo'] }, 4)
    await editArea(office.site, 'North', { exclude: ['ee'] }, 4)
    const log = await office.desk.rows(
      sql<{ type: number; who: number; number: number; record: number; previous: number }>`
        select type, associate_id as who, tablenumber as number, record_id as record, prev_record_id as previous
        from traveltransactionlog where tablenumber in (38, 40, 41) and type > 0 order by traveltransactionlog_id`,
    )
    expect(log.map(row => [row.type, row.who, row.number, row.record, row.previous])).toEqual([
      [4352, 4, 38, 1, 0],
      [4352, 4, 41, 1, 0],
      [4352, 4, 40, 1, 0],
      [4864, 4, 41, 1, 0],
      [5888, 4, 41, 1, 2],
    ])
  })

  test('that nobody uses is removed, with the prototype that was offered of it', async () => {
    await using office = await open()
    const { id } = await createArea(office.site, { name: 'North', include: ['ee'] })
    const { name } = await buildPrototype(office.site, id)
    await removeArea(office.site, 'North')
    expect(await listAreas(office.site)).toEqual([])
    expect(await office.site.db.snapshot(read => findPrototype(read, id))).toBeUndefined()
    expect(await office.site.platform.files.exists(prototypePath(office.site, { name }))).toBe(false)
  })
})

describe('refused is', () => {
  test.each([
    ['an area without a name', { name: '  ' }],
    ['a name that is too long', { name: 'n'.repeat(50) }],
    ['the name of another area, however it is written', { name: 'NORTH' }],
    ['a name that commands use', { name: 'Everything' }],
    ['a name that is a number', { name: '7' }],
    ['data of an age that is none', { name: 'South', maxDataAge: -1 }],
    ['an age that does not fit', { name: 'South', maxDataAge: 32_768 }],
    ['an encryption that there is not', { name: 'South', encryption: 3 as never }],
    ['including and excluding one person at once', { name: 'South', include: ['jo'], exclude: ['jo'] }],
  ])('%s', async (_, area) => {
    await using office = await open()
    await north(office)
    await refused(office, 'AREA_INVALID', () => createArea(office.site, area))
  })

  test('an unknown area, or associate', async () => {
    await using office = await open()
    await north(office)
    await refused(office, 'AREA_UNKNOWN', () => editArea(office.site, 'South', {}))
    await refused(office, 'AREA_UNKNOWN', () => removeArea(office.site, 2))
    await refused(office, 'ASSOCIATE_UNKNOWN', () => editArea(office.site, 'North', { include: ['nobody'] }))
    await refused(office, 'ASSOCIATE_UNKNOWN', () => editArea(office.site, 'North', { assign: [99] }))
    await refused(office, 'AREA_INVALID', () => editArea(office.site, 'North', { exclude: ['jo'] }))
  })

  test('a person in two areas', async () => {
    await using office = await open()
    await north(office)
    await refused(
      office,
      'AREA_PERSON_TAKEN',
      () => createArea(office.site, { name: 'South', assign: ['ee'] }),
      { associate: 'ee', area: 'North' },
    )
  })

  test('removing an area to which somebody is assigned, or with which somebody is away', async () => {
    await using office = await open()
    const { id } = await north(office)
    await refused(office, 'AREA_IN_USE', () => removeArea(office.site, 'North'), {
      uses: ['ee is assigned to it'],
    })
    await buildPrototype(office.site, id)
    const laptop = await office.leave('ee')
    await refused(office, 'AREA_IN_USE', () => removeArea(office.site, 'North'), {
      uses: ['ee is away with it'],
    })
    await laptop.comeHome()
    await editArea(office.site, 'North', { unassign: ['ee'] })
    await removeArea(office.site, 'North')
  })

  test('moving a person who is away; everybody else may move', async () => {
    await using office = await open()
    const { id } = await north(office, { assign: ['ee', 'jo'] })
    await createArea(office.site, { name: 'South', include: ['kk'] })
    await buildPrototype(office.site, id)
    await office.leave('ee')
    await refused(
      office,
      'AREA_PERSON_AWAY',
      () => editArea(office.site, 'North', { unassign: ['ee', 'jo'] }),
      { away: ['ee'] },
    )
    await editArea(office.site, 'North', { unassign: ['jo'] })
    await editArea(office.site, 'South', { assign: ['jo'] })
  })

  test('giving an area to somebody who is away with everything', async () => {
    await using office = await open()
    await north(office)
    await office.leave('jo')
    await refused(office, 'AREA_PERSON_AWAY', () => editArea(office.site, 'North', { assign: ['jo'] }), {
      away: ['jo'],
    })
  })

  test('leaving an area without anybody included while somebody is away with it', async () => {
    await using office = await open()
    const { id } = await north(office)
    await buildPrototype(office.site, id)
    await office.leave('ee')
    await refused(office, 'AREA_PERSON_AWAY', () => editArea(office.site, 'North', { exclude: ['ee'] }), {
      away: ['ee'],
    })
    await editArea(office.site, 'North', { include: ['jo'], exclude: ['ee'] })
  })

  test('nothing for what somebody did by SQL: it can be put right', async () => {
    await using office = await open()
    const { id } = await north(office)
    await createArea(office.site, { name: 'South', include: ['jo'] })
    await office.leave('jo')
    await office.sql(`insert into areauserassignment (areauserassignment_id, area_id, associate_id)
      values (100, 2, 2), (101, ${id}, 3)`)
    await editArea(office.site, 'North', { maxDataAge: 30 })
    await editArea(office.site, 'South', { unassign: ['ee'] })
    await editArea(office.site, 'North', { unassign: ['jo'] })
  })

  test('any change in a travel database', async () => {
    await using office = await open()
    const { site } = await office.leave('jo')
    await refusedThere(() => createArea(site, { name: 'South' }))
    await refusedThere(() => editArea(site, 'North', {}))
    await refusedThere(() => removeArea(site, 'North'))
  })
})

const refusedThere = (change: () => Promise<unknown>) =>
  expect(change()).rejects.toMatchObject({ code: 'NOT_A_PARENT' })

const person = (id: number, name: string) => ({ id, name, away: false })
