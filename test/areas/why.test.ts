/** Why a record is, or is not, in an area: one sentence, and the change that brought it there. */
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { createArea, editArea } from '../../src/travel/areas.ts'
import { prune } from '../../src/travel/prune.ts'
import { why } from '../../src/travel/why.ts'
import { EVA, FJORD, KAI, NORDLYS, openRegions, settle } from '../support/areas/regions.ts'
import { type Office, openOffice } from '../support/office.ts'
import { CREW, fillShips, secondModel } from './ships.ts'

/** North includes Ee, who captains Fram (1) and Maud (3); Jo has Gjoa (2). */
async function openHarbour(): Promise<Office> {
  const office = await openOffice({ dictionary: secondModel, fill: fillShips })
  await createArea(office.site, { name: 'North', include: ['ee'], assign: ['kk'] }, CREW.admin)
  return office
}

const told = async (office: Office, table: string, record: number, area: string | number = 'North') =>
  (await why(office.site, area, table, record)).sentence

describe('in a model that is no CRM, a record is in an area', () => {
  test('by its owner, since the area includes them', async () => {
    await using office = await openHarbour()
    expect(await told(office, 'ship', 1)).toMatch(
      /^ship 1 is in area North because it has ee as captain, since log position \d+, when admin included ee$/,
    )
  })

  test('by what it follows, over any depth', async () => {
    await using office = await openHarbour()
    expect(await told(office, 'voyage', 1)).toContain('because its ship 1 has ee as captain,')
    expect(await told(office, 'cargo', 1)).toContain(
      'because its voyage 1 has ship 1, which has ee as captain,',
    )
    expect(await told(office, 'note', 1)).toContain('because its ship 1 has ee as captain,')
    expect(await told(office, 'shipdetails', 1)).toContain(
      'because it is the details_id of ship 1, which has ee as captain,',
    )
  })

  test('by both of its ends', async () => {
    await using office = await openHarbour()
    const ends = { from_table: 310, from_record: 1, to_table: 320 }
    const both = await office.desk.insert('link', { ...ends, to_record: 3 }, CREW.jo)
    const one = await office.desk.insert('link', { ...ends, to_record: 2 }, CREW.jo)

    expect(await told(office, 'link', both)).toMatch(
      /because its ship 1 has ee as captain, and its voyage 3 has ship 3, which has ee as captain, since log position \d+, when jo created it$/,
    )
    expect(await told(office, 'link', one)).toBe(
      `link ${one} is not in area North: its voyage 2 is not in it (its ship 2 has jo as captain)`,
    )
  })

  test('because somebody listed it', async () => {
    await using office = await openHarbour()
    await office.desk.insert('ownship', { ship_id: 2 }, CREW.jo)
    expect(await told(office, 'ship', 2)).toMatch(
      /because it is listed in ownship, since log position \d+, when jo created ownship \d+$/,
    )
  })

  test('because it is for somebody there, or for all', async () => {
    await using office = await openHarbour()
    const of = (crew: number) => office.desk.insert('setting', { crew_id: crew, name: 'look' }, CREW.admin)
    expect(await told(office, 'setting', await of(CREW.kk))).toContain(
      'because it is for kk, who is assigned to it',
    )
    expect(await told(office, 'setting', await of(0))).toContain('because it names no user')
    expect(await told(office, 'setting', await of(CREW.jo))).toContain(
      'not in area North: it is for jo, who is neither included nor assigned',
    )
  })

  test('because every such record is, or the area is of everything', async () => {
    await using office = await openHarbour()
    await createArea(office.site, { name: 'Fleet', allData: true }, CREW.admin)
    expect(await told(office, 'crew', 1)).toBe('crew 1 is in area North because every crew is in every area')
    expect(await told(office, 'ship', 2, 'Fleet')).toBe(
      'ship 2 is in area Fleet because that area is of everything',
    )
    expect(await told(office, 'ship', 2, 0)).toContain('is in area everything because')
  })

  test('for several reasons at once: all are told', async () => {
    await using office = await openHarbour()
    await office.desk.update('voyage', 1, { officer_id: CREW.ee }, CREW.jo)
    expect(await told(office, 'voyage', 1)).toContain(
      'because it is owned by ee, and because its ship 1 has ee as captain, since log position',
    )
  })
})

describe('a record is not in an area', () => {
  test('because none of its rules holds: each says what it has', async () => {
    await using office = await openHarbour()
    expect(await told(office, 'ship', 2)).toBe(
      'ship 2 is not in area North: its captain jo is not included, it has no engineer, it is not listed in ownship',
    )
    expect(await told(office, 'voyage', 2)).toBe(
      'voyage 2 is not in area North: it has no owner, its ship 2 has jo as captain',
    )
    const lost = await office.desk.insert('shipdetails', {}, CREW.jo)
    expect(await told(office, 'shipdetails', lost)).toContain('it is the details_id of no ship')
  })

  test('because it points at what is gone, or at nothing', async () => {
    await using office = await openHarbour()
    const lost = await office.desk.insert('cargo', { voyage_id: 99 }, CREW.jo)
    expect(await told(office, 'cargo', lost)).toContain(': its voyage 99 does not exist')
    await office.desk.update('cargo', lost, { voyage_id: 0 }, CREW.jo)
    expect(await told(office, 'cargo', lost)).toContain(': it has no voyage')
  })

  test('because there is none, or not any more', async () => {
    await using office = await openHarbour()
    expect(await told(office, 'ship', 99)).toBe('ship 99 is not in area North: there is no such record')
    await office.desk.delete('ship', 1, CREW.jo)
    expect(await told(office, 'ship', 1)).toMatch(
      /there is no such record, since log position \d+, when jo deleted it$/,
    )
  })

  test('because its table stays at home, in an area of everything too', async () => {
    await using office = await openHarbour()
    const pay = await office.desk.insert('wages', { crew_id: CREW.ee }, CREW.admin)
    for (const area of ['North', 0])
      expect(await told(office, 'wages', pay, area)).toContain(': no wages leaves this database')
  })
})

describe('the change behind it', () => {
  test('is the last one on the path: of the owner far above', async () => {
    await using office = await openHarbour()
    await told(office, 'cargo', 3)
    await office.desk.update('cargo', 3, { goods: 'skis' }, CREW.kk)
    await office.desk.update('ship', 2, { captain_id: CREW.ee }, CREW.jo)
    const answer = await why(office.site, 'North', 'cargo', 3)

    expect(answer.since).toMatchObject({
      change: { type: 'UpdateOwner', table: 'ship', record: 2, previous: CREW.jo, who: { name: 'jo' } },
    })
    expect(answer.sentence).toMatch(/, since log position \d+, when jo changed the owner of ship 2$/)
    expect(answer.since!.position).toBe(answer.since!.change!.position)
  })

  test('of the record that it follows, and what it followed before', async () => {
    await using office = await openHarbour()
    await told(office, 'cargo', 1)
    await office.desk.update('voyage', 1, { ship_id: 2 }, CREW.kk)
    expect(await told(office, 'cargo', 1)).toMatch(/when kk changed the ship of voyage 1$/)
    await office.desk.update('voyage', 1, { ship_id: 3 }, CREW.jo)
    expect(await told(office, 'cargo', 1)).toMatch(/is in area North .*when jo changed the ship of voyage 1$/)
  })

  test('of the area: somebody was excluded', async () => {
    await using office = await openHarbour()
    await told(office, 'voyage', 1)
    await editArea(office.site, 'North', { include: ['jo'], exclude: ['ee'] }, CREW.admin)
    expect(await told(office, 'voyage', 1)).toMatch(/is not in area North: .*when admin excluded ee$/)
    expect(await told(office, 'voyage', 2)).toMatch(/is in area North .*when admin included jo$/)
  })

  test('is none between two owners, or two leaders, who are both there', async () => {
    await using office = await openHarbour()
    await editArea(office.site, 'North', { include: ['kk'] }, CREW.admin)
    await told(office, 'cargo', 1)
    await office.desk.update('ship', 1, { captain_id: CREW.kk }, CREW.jo)
    await office.desk.update('voyage', 3, { ship_id: 1 }, CREW.jo)

    expect(await told(office, 'cargo', 1)).toMatch(
      /as captain, since log position \d+, when admin included kk$/,
    )
    expect(await told(office, 'cargo', 5)).toMatch(
      /as captain, since log position \d+, when admin included kk$/,
    )
  })

  test('is not made up where the log does not tell it', async () => {
    await using office = await openHarbour()
    const listed = await office.desk.insert('ownship', { ship_id: 2 }, CREW.jo)
    await told(office, 'ship', 2)
    await office.desk.delete('ownship', listed, CREW.jo)
    const { since } = await why(office.site, 'North', 'ship', 2)
    expect(since).toEqual({ position: expect.any(Number) })
  })

  test('lies before every prototype where the log does not reach back', async () => {
    await using office = await openHarbour()
    await office.sql('delete from hc_prototype')
    office.clock.pass(1000 * 86_400)
    await prune(office.site, 30)
    expect(await told(office, 'ship', 1)).toBe(
      'ship 1 is in area North because it has ee as captain, since before its prototypes',
    )
  })
})

describe('in a CRM', () => {
  test('a sale follows its company, and leaves with it', async () => {
    await using office = await openRegions()
    const sale = await office.desk.insert('sale', { contact_id: NORDLYS, associate_id: KAI }, 1)
    const north = () => why(office.site, 'North', 'sale', sale)
    expect((await north()).sentence).toMatch(
      new RegExp(`^sale ${sale} is in area North because its contact ${NORDLYS} is owned by ee, since log`),
    )
    await office.desk.update('contact', NORDLYS, { associate_id: KAI }, EVA)
    expect((await north()).sentence).toMatch(
      new RegExp(
        `^sale ${sale} is not in area North: its owner kk is not included, its contact ${NORDLYS} is owned by kk, it has no project, since log position \\d+, when ee changed the owner of contact ${NORDLYS}$`,
      ),
    )
  })

  test('a person without a company follows its own associate', async () => {
    await using office = await openRegions()
    const alone = await office.desk.insert('person', { associate_id: EVA }, 1)
    const of = await office.desk.insert('person', { contact_id: FJORD, associate_id: EVA }, 1)
    expect(await told(office, 'person', alone)).toContain('because it is owned by ee')
    expect(await told(office, 'person', of)).toBe(
      `person ${of} is not in area North: its contact ${FJORD} is owned by kk`,
    )
  })

  test('what a traveller made elsewhere stays with them until homecoming', async () => {
    await using office = await openRegions()
    const ee = await office.leave('ee')
    await ee.desk.insert('contact', { name: 'Sor', associate_id: KAI }, EVA)
    await settle(ee)
    const [made] = await office.desk.rows(
      sql<{ id: number }>`select contact_id as id from contact where name = 'Sor'`,
    )
    const answer = await why(office.site, 'North', 'contact', made!.id)
    expect(answer).toMatchObject({ member: false, madeBy: ['ee'] })
    expect(answer.sentence).toContain('but ee, who made it away, keeps it until homecoming')

    await ee.comeHome()
    expect(await why(office.site, 'North', 'contact', made!.id)).toMatchObject({ madeBy: [] })
  })

  test('what is too old for new copies is in the area all the same', async () => {
    await using office = await openRegions()
    await editArea(office.site, 'North', { maxDataAge: 30 })
    const old = { contact_id: NORDLYS, activedate: '2020-01-01T00:00:00Z' }
    const appointment = await office.desk.insert('appointment', old, 1)
    const answer = await why(office.site, 'North', 'appointment', appointment)
    expect(answer).toMatchObject({ member: true, tooOld: true })
    expect(answer.sentence).toContain('but it is older than 30 days, so new copies leave it out')
  })

  test('where the journal says otherwise, the answer says so', async () => {
    await using office = await openRegions()
    expect(await why(office.site, 'North', 'contact', NORDLYS)).toMatchObject({ journalAgrees: true })
    await office.sql(`delete from hc_member where tablenumber = 5 and record_id = ${NORDLYS}`)
    const answer = await why(office.site, 'North', 'contact', NORDLYS)
    expect(answer).toMatchObject({ member: true, journalAgrees: false })
    expect(answer.sentence).toContain('but the journal of areas says otherwise')
  })
})

test('an area, a table, or a side that does not know is refused', async () => {
  await using office = await openRegions()
  const ee = await office.leave('ee')
  await expect(why(office.site, 'West', 'contact', 1)).rejects.toMatchObject({ code: 'AREA_UNKNOWN' })
  await expect(why(office.site, 'North', 'nothing', 1)).rejects.toMatchObject({ code: 'TABLE_UNKNOWN' })
  await expect(why(ee.site, 'North', 'contact', 1)).rejects.toMatchObject({ code: 'NOT_A_PARENT' })
})
