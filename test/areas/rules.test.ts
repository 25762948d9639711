/** Which records belong to an area, rule by rule, as the journal of membership has it. */
import { expect, test } from 'vitest'
import { Journal } from '../../src/simulate/reference/journal.ts'
import { Membership } from '../../src/simulate/reference/membership.ts'
import { activate, deactivate } from '../../src/travel/activate.ts'
import { EVA, FJORD, KAI, look, NORDLYS, NORTH, openAtHome, SOUTH } from '../support/areas/regions.ts'
import type { Office } from '../support/office.ts'

/** The areas of a record as the journal has them, which is also what the reference says. */
async function areasOf(office: Office, table: string, id: number): Promise<number[]> {
  const journal = await Journal.read(office.site, await look(office))
  const membership = await Membership.of(office.site)
  const areas = [NORTH, SOUTH].filter(area => journal.has(area, office.site.dictionary.table(table), id))
  expect(areas).toEqual([NORTH, SOUTH].filter(area => membership.isMember(area, table, id)))
  return areas
}

test('a company is where its owner is included', async () => {
  await using office = await openAtHome()

  expect(await areasOf(office, 'contact', NORDLYS)).toEqual([NORTH])
  await office.desk.update('contact', NORDLYS, { associate_id: KAI })
  expect(await areasOf(office, 'contact', NORDLYS)).toEqual([SOUTH])
})

test('a person without a company follows its own associate, one with a company does not', async () => {
  await using office = await openAtHome()
  const alone = await office.desk.insert('person', { associate_id: KAI })
  const employed = await office.desk.insert('person', { associate_id: KAI, contact_id: NORDLYS })

  expect(await areasOf(office, 'person', alone)).toEqual([SOUTH])
  expect(await areasOf(office, 'person', employed)).toEqual([NORTH])
  await office.desk.update('person', employed, { contact_id: 0 })
  expect(await areasOf(office, 'person', employed)).toEqual([SOUTH])
})

test('a sale is where its owner is included, and where its company or its project is', async () => {
  await using office = await openAtHome()
  const project = await office.desk.insert('project', { associate_id: KAI })
  const sale = await office.desk.insert('sale', { associate_id: EVA, contact_id: FJORD })

  expect(await areasOf(office, 'sale', sale)).toEqual([NORTH, SOUTH])
  await office.desk.update('sale', sale, { contact_id: 0 })
  expect(await areasOf(office, 'sale', sale)).toEqual([NORTH])
  await office.desk.update('sale', sale, { associate_id: 1, project_id: project })
  expect(await areasOf(office, 'sale', sale)).toEqual([SOUTH])
})

test('a follow-up is also where its sale is, and its document with it', async () => {
  await using office = await openAtHome()
  const sale = await office.desk.insert('sale', { associate_id: KAI })
  const appointment = await office.desk.insert('appointment', { associate_id: EVA, sale_id: sale })
  const document = await office.desk.insert('document', { appointment_id: appointment })

  expect(await areasOf(office, 'document', document)).toEqual([NORTH, SOUTH])
  await office.desk.update('sale', sale, { associate_id: 1 })
  expect(await areasOf(office, 'document', document)).toEqual([NORTH])
})

test('a project brings no persons', async () => {
  await using office = await openAtHome()
  const project = await office.desk.insert('project', { associate_id: KAI })
  const person = await office.desk.insert('person', { contact_id: NORDLYS })
  const member = await office.desk.insert('projectmember', { project_id: project, person_id: person })

  expect(await areasOf(office, 'projectmember', member)).toEqual([SOUTH])
  expect(await areasOf(office, 'person', person)).toEqual([NORTH])
})

test('a relation is where both of its ends are', async () => {
  await using office = await openAtHome()
  const relation = await office.desk.insert('relations', {
    ...{ source_table: 5, source_record: NORDLYS },
    ...{ destination_table: 5, destination_record: FJORD },
  })

  expect(await areasOf(office, 'relations', relation)).toEqual([])
  await office.desk.update('contact', FJORD, { associate_id: EVA })
  expect(await areasOf(office, 'relations', relation)).toEqual([NORTH])
})

test('user-defined rows are where a record is that points at them, the old one and the new', async () => {
  await using office = await openAtHome()
  const first = await office.desk.insert('udcontactsmall', {})
  const second = await office.desk.insert('udcontactsmall', {})
  await office.desk.update('contact', NORDLYS, { userdef_id: first })
  await office.desk.update('contact', FJORD, { userdef_id: first })
  expect(await areasOf(office, 'udcontactsmall', first)).toEqual([NORTH, SOUTH])

  await office.desk.update('contact', NORDLYS, { userdef_id: second })
  expect(await areasOf(office, 'udcontactsmall', first)).toEqual([SOUTH])
  expect(await areasOf(office, 'udcontactsmall', second)).toEqual([NORTH])

  await office.desk.delete('contact', FJORD)
  expect(await areasOf(office, 'udcontactsmall', first)).toEqual([])
})

test('our own companies are everywhere, with their persons and whatever follows these', async () => {
  await using office = await openAtHome()
  const person = await office.desk.insert('person', { contact_id: NORDLYS })
  const phone = await office.desk.insert('phone', { owner_id: person, ptype_idx: 16385 })
  const own = await office.desk.insert('ownercontactlink', { contact_id: NORDLYS })

  expect(await areasOf(office, 'phone', phone)).toEqual([NORTH, SOUTH])
  await office.desk.update('ownercontactlink', own, { contact_id: FJORD })
  expect(await areasOf(office, 'phone', phone)).toEqual([NORTH])
  expect(await areasOf(office, 'contact', FJORD)).toEqual([NORTH, SOUTH])
  await office.desk.delete('ownercontactlink', own)
  expect(await areasOf(office, 'contact', FJORD)).toEqual([SOUTH])
})

test('a preference goes where its user is assigned or included; what names no user is everywhere', async () => {
  await using office = await openAtHome()
  const preference = (deflevel: number, owner: number) =>
    office.desk.insert('userpreference', {
      ...{ deflevel, owner_id: owner, prefsection: 'look', prefkey: `${deflevel} ${owner}` },
    })
  const ofUser = await preference(5, KAI)
  const ofGroup = await preference(4, KAI)
  const ofSystem = await preference(1, 0)

  expect(await areasOf(office, 'userpreference', ofUser)).toEqual([SOUTH])
  expect(await areasOf(office, 'userpreference', ofGroup)).toEqual([NORTH, SOUTH])
  expect(await areasOf(office, 'userpreference', ofSystem)).toEqual([NORTH, SOUTH])
  await office.desk.update('userpreference', ofGroup, { deflevel: 5 })
  expect(await areasOf(office, 'userpreference', ofGroup)).toEqual([SOUTH])
  await office.desk.insert('areauserassignment', { area_id: NORTH, associate_id: KAI })
  expect(await areasOf(office, 'userpreference', ofUser)).toEqual([NORTH, SOUTH])
})

test('a text that moves to an owner of another kind follows the new one', async () => {
  await using office = await openAtHome()
  const sale = await office.desk.insert('sale', { associate_id: KAI })
  const text = await office.desk.insert('text', { type: 1, owner_id: NORDLYS })

  expect(await areasOf(office, 'text', text)).toEqual([NORTH])
  await office.desk.update('text', text, { type: 7, owner_id: sale })
  expect(await areasOf(office, 'text', text)).toEqual([SOUTH])
})

test('what a deleted record leaves behind follows it no more', async () => {
  await using office = await openAtHome()
  const sale = await office.desk.insert('sale', { associate_id: 1, contact_id: NORDLYS })

  expect(await areasOf(office, 'sale', sale)).toEqual([NORTH])
  await office.desk.delete('contact', NORDLYS)
  expect(await areasOf(office, 'sale', sale)).toEqual([])
})

test('including somebody brings all of theirs, excluding takes it away', async () => {
  await using office = await openAtHome()
  const person = await office.desk.insert('person', { contact_id: FJORD })
  const row = await office.desk.insert('areauserinclusion', { area_id: NORTH, associate_id: KAI })

  expect(await areasOf(office, 'person', person)).toEqual([NORTH, SOUTH])
  await office.desk.delete('areauserinclusion', row)
  expect(await areasOf(office, 'person', person)).toEqual([SOUTH])
})

test('a row that is replaced whole is seen as one that was changed', async () => {
  await using office = await openAtHome()
  const details = await office.desk.insert('udcontactsmall', {})
  await look(office)
  await office.sql(
    `insert or replace into contact (contact_id, name, associate_id, userdef_id) values (${NORDLYS}, 'N', ${KAI}, ${details})`,
  )

  expect(await areasOf(office, 'contact', NORDLYS)).toEqual([SOUTH])
  expect(await areasOf(office, 'udcontactsmall', details)).toEqual([SOUTH])
  await office.sql(
    `insert or replace into contact (contact_id, name, associate_id) values (${NORDLYS}, 'N', ${KAI})`,
  )
  expect(await areasOf(office, 'udcontactsmall', details)).toEqual([])
})

test("what an application's own triggers move is seen", async () => {
  await using office = await openAtHome()
  const sale = await office.desk.insert('sale', { associate_id: EVA })
  await look(office)
  await office.sql(`create trigger app_follow after update of associate_id on contact begin
    update sale set associate_id = new.associate_id where associate_id = old.associate_id; end`)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI })

  expect(await areasOf(office, 'sale', sale)).toEqual([SOUTH])
})

test('what was changed while travel was not active is known when it is active again', async () => {
  await using office = await openAtHome()
  await look(office)
  await deactivate(office.site)
  await office.sql(`update contact set associate_id = ${KAI} where contact_id = ${NORDLYS}`)
  await office.sql(`update areauserinclusion set associate_id = ${KAI} where area_id = ${NORTH}`)
  await activate(office.site)

  expect(await areasOf(office, 'contact', NORDLYS)).toEqual([NORTH, SOUTH])
})

test('a record takes its followers along from whatever is behind more areas than a computer word has bits', async () => {
  await using office = await openAtHome()
  await office.sql(`with recursive n(i) as (select 3 union all select i + 1 from n where i < 120)
    insert into area (area_id, name) select i, 'area ' || i from n`)
  await office.sql(
    'insert into areauserinclusion (areauserinclusion_id, area_id, associate_id) select area_id, area_id, 2 + area_id % 3 from area where area_id > 2',
  )
  const person = await office.desk.insert('person', { contact_id: NORDLYS })
  const everywhere = async (owner: number) => {
    const journal = await Journal.read(office.site, await look(office))
    const membership = await Membership.of(office.site)
    expect(journal.differences(office.site.dictionary, membership)).toEqual([])
    const areas = membership.areas().filter(area => membership.isMember(area, 'person', person))
    expect(areas.filter(area => area > 2).every(area => 2 + (area % 3) === owner)).toBe(true)
    expect(areas.length).toBeGreaterThan(38)
  }
  await everywhere(EVA)
  await office.desk.update('contact', NORDLYS, { associate_id: KAI })
  await everywhere(KAI)
})
