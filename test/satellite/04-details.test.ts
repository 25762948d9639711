/** Satellites in the corners: deletions, single fields, merges, cancelled records, growing dictionaries. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { crmDictionary } from '../../src/crm/dictionary.ts'
import { compareChild } from '../../src/simulate/reference/compare.ts'
import { growDictionary } from '../../src/travel/grow.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { differences } from '../../src/travel/same.ts'
import { EVA, FJORD, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { type Branch, openBranch } from '../support/branch.ts'
import type { Laptop, Office } from '../support/office.ts'

interface Stage extends AsyncDisposable {
  readonly office: Office
  readonly north: Branch
  readonly south: Branch
  readonly ee: Laptop
  settle(): Promise<void>
  wrong(): Promise<string[]>
}

async function stage(fieldLevel: readonly string[] = []): Promise<Stage> {
  const office = await openAtHome()
  const { switchFieldLevel } = await import('../../src/travel/field-level.ts')
  for (const table of fieldLevel) await switchFieldLevel(office.site, table, true)
  const north = await openBranch(office, 'North')
  const south = await openBranch(office, 'South')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  const now = () => office.clock.seconds
  return {
    office,
    north,
    south,
    ee,
    async settle() {
      for (let round = 0; round < 4; round++) {
        await ee.exchange()
        await north.exchange()
        await south.exchange()
      }
      await ee.exchange()
    },
    wrong: async () => [
      ...(await compareChild(office.site, north.site, now())),
      ...(await compareChild(office.site, south.site, now())),
      ...(await compareChild(north.site, ee.site, now())),
    ],
    async [Symbol.asyncDispose]() {
      await north[Symbol.asyncDispose]()
      await south[Symbol.asyncDispose]()
      await office[Symbol.asyncDispose]()
    },
  }
}

const nameAt = async (at: { desk: Office['desk'] }, id: number) => (await at.desk.get('contact', id))?.name

test('a deletion on the road reaches the other offices', async () => {
  await using at = await stage()
  const { office, south, ee } = at
  await office.desk.update('contact', NORDLYS, { associate_id: EVA }, 1)
  const person = await ee.desk.insert('person', { contact_id: NORDLYS }, EVA)
  await at.settle()
  office.clock.pass(60)
  await ee.desk.delete('contact', NORDLYS, EVA)
  await at.settle()
  expect(person).toBeGreaterThan(0)
  for (const where of [office, at.north, south, ee]) expect(await nameAt(where, NORDLYS)).toBeUndefined()
  expect(await office.desk.rows(sql`select 1 from person where contact_id = ${NORDLYS}`)).toEqual([])
  expect(await at.wrong()).toEqual([])
})

test('a deletion of what has left the office is passed on', async () => {
  await using at = await stage()
  const { office, north, south, ee } = at
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  await south.exchange()
  office.clock.pass(60)
  await ee.desk.delete('contact', NORDLYS, EVA)
  await at.settle()
  for (const where of [office, north, south, ee]) expect(await nameAt(where, NORDLYS)).toBeUndefined()
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, applied: 1, held: 0 })
  expect(await at.wrong()).toEqual([])
})

test('single fields: what two people changed in different fields stands, over both links', async () => {
  await using at = await stage(['contact'])
  const { office, north, ee } = at
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { department: 'sea' }, EVA)
  await north.desk.update('contact', NORDLYS, { orgnr: '1' }, EVA)
  await office.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, 1)
  await at.settle()
  for (const where of [office, north, ee])
    expect(await where.desk.get('contact', NORDLYS)).toMatchObject({
      department: 'sea',
      orgnr: '1',
      name: 'Nordlys AS',
    })
  expect(await at.wrong()).toEqual([])
})

test('single fields of a record that has left the office are passed on', async () => {
  await using at = await stage(['contact'])
  const { office, south, ee } = at
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await at.north.exchange()
  office.clock.pass(60)
  await ee.desk.update('contact', NORDLYS, { department: 'sea' }, EVA)
  await at.settle()
  for (const where of [office, south])
    expect(await where.desk.get('contact', NORDLYS)).toMatchObject({ department: 'sea', associate_id: KAI })
  expect(await nameAt(ee, NORDLYS)).toBeUndefined()
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 1, held: 0 })
  expect(await at.wrong()).toEqual([])
})

test('a record that enters an office with all its fields reaches its travellers with all of them', async () => {
  await using at = await stage(['contact'])
  const { office, ee } = at
  await office.desk.update('contact', FJORD, { department: 'deep', orgnr: '7' }, 1)
  await office.desk.update('contact', FJORD, { associate_id: EVA }, 1)
  await at.settle()
  expect(await ee.desk.get('contact', FJORD)).toMatchObject({ department: 'deep', orgnr: '7', name: 'Fjord' })
  expect(await at.wrong()).toEqual([])
})

test('what is created and deleted at the office before central hears of it leaves the travellers too', async () => {
  await using at = await stage()
  const { office, north, ee } = at
  const id = await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await ee.exchange()
  const [row] = await north.desk.rows(
    sql<{ id: number }>`select contact_id as id from contact where name = 'Skrei'`,
  )
  await north.desk.delete('contact', row!.id, EVA)
  await at.settle()
  expect(await nameAt(ee, id)).toBeUndefined()
  expect(await nameAt(office, row!.id)).toBeUndefined()
  expect(await at.wrong()).toEqual([])
})

test('the same list item made on the road, at the office and at central becomes one', async () => {
  await using at = await stage()
  const { office, north, south, ee } = at
  const list = crmDictionary.tables.find(table => table.uniqueKeys?.some(key => key.onCollision === 'merge'))!
  const column = list.uniqueKeys![0]!.fields[0]!
  for (const where of [ee, north, south, office]) {
    office.clock.pass(60)
    await where.desk.insert(list.name, { [column]: 'Red' }, EVA)
  }
  await at.settle()
  for (const where of [ee, north, south, office]) {
    const rows = await where.desk.rows(
      sql`select 1 from ${sql.table(list.name)} where ${sql.ref(column)} = 'Red'`,
    )
    expect(rows.length).toBe(1)
  }
  expect(await at.wrong()).toEqual([])
})

test('a dictionary that grows at central reaches the offices and their travellers', async () => {
  await using at = await stage()
  const { office, ee } = at
  const grown = {
    ...crmDictionary,
    version: 2,
    tables: crmDictionary.tables.map(table =>
      table.name === 'contact'
        ? { ...table, fields: [...table.fields, { name: 'shade', type: 'text', length: 9, nullable: true }] }
        : table,
    ),
  }
  await growDictionary(office.site, grown)
  await ee.desk.update('contact', NORDLYS, { name: 'before it knew' }, EVA)
  await at.settle()
  await ee.desk.update('contact', NORDLYS, { shade: 'red' }, EVA)
  await at.settle()
  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ shade: 'red', name: 'before it knew' })
  expect(await at.wrong()).toEqual([])
})

test('what an office holds of its traveller’s is nothing in which it differs from central', async () => {
  await using home = await stage()
  const { office, north, ee } = home
  north.sql(`create trigger app_strict before update on contact when new.name = 'rude'
    begin select raise(abort, 'no'); end`)
  await ee.desk.update('contact', NORDLYS, { name: 'rude' }, EVA)
  await ee.exchange()
  office.clock.pass(60)
  await north.desk.update('contact', NORDLYS, { department: 'ships' }, EVA)
  for (let round = 0; round < 3; round++) await north.exchange()

  expect(await office.desk.get('contact', NORDLYS)).toMatchObject({ department: 'ships' })
  expect(await differences(north.site)).toEqual([])
})
