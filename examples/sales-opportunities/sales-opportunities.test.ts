/** The example on the real files: what the import makes of them, and three agents away and home again. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  closeDatabase,
  createCentral,
  crmDictionary,
  type HomecomingDatabase,
  openDatabase,
  sql,
} from '../../src/index.ts'
import { hasSharedData, SHARED_DATA_ABSENT, sharedDataPath } from '../../test/support/shared-data.ts'
import { readSalesData } from './csv.ts'
import { importSales, ownersOf } from './import.ts'
import { type JourneyReport, journey } from './journey.ts'

const DATA = 'crm-sales-opportunities'

describe('the owner of an account', () => {
  const one = {
    id: '',
    product: '',
    stage: 'Won',
    engaged: undefined,
    closed: undefined,
    value: undefined,
  } as const
  const of = (agent: string, account: string | undefined) => ({ ...one, agent, account })

  test('is the agent with most of its opportunities', () => {
    expect(ownersOf([of('Ann', 'Acme'), of('Bo', 'Acme'), of('Bo', 'Acme')])).toEqual(
      new Map([['Acme', 'Bo']]),
    )
  })

  test('of several with as many, is the first by name', () => {
    expect(ownersOf([of('Bo', 'Acme'), of('Ann', 'Acme')])).toEqual(new Map([['Acme', 'Ann']]))
  })

  test('is nobody where there is no account', () => {
    expect(ownersOf([of('Bo', undefined)])).toEqual(new Map())
  })
})

describe.skipIf(!hasSharedData(DATA))(`the sales pipeline (skipped where ${SHARED_DATA_ABSENT})`, () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'homecoming-test-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  describe('imported', () => {
    let office: HomecomingDatabase
    beforeAll(async () => {
      const path = join(folder, 'import.db')
      await createCentral({ path, dictionary: crmDictionary })
      office = await openDatabase(path)
      await importSales(office, await readSalesData(sharedDataPath(DATA)))
    })
    afterAll(() => closeDatabase(office))

    const rows = <R>(query: ReturnType<typeof sql<R>>) => office.db.snapshot(read => read.rows(query))
    const count = async (query: ReturnType<typeof sql<{ n: number }>>) => (await rows(query))[0]?.n

    test('8,800 opportunities are sales of their agents', async () => {
      expect(await count(sql`select count(*) as n from sale`)).toBe(8_800)
      expect(
        await count(
          sql`select count(*) as n from sale s join associate a on a.associate_id = s.associate_id`,
        ),
      ).toBe(8_800)
      expect(await count(sql`select sum(amount) as n from sale`)).toBe(10_005_534)
    })

    test('1,425 of them have no contact', async () => {
      expect(await count(sql`select count(*) as n from sale where contact_id = 0`)).toBe(1_425)
    })

    test('GTXPro is GTX Pro', async () => {
      expect(await count(sql`select count(*) as n from sale where heading = 'GTX Pro'`)).toBe(1_480)
      expect(await count(sql`select count(*) as n from sale where heading = 'GTXPro'`)).toBe(0)
      expect(await count(sql`select count(*) as n from udsalesmall where double01 is null`)).toBe(0)
    })

    test('85 accounts are contacts, each with an owner who has most of its sales', async () => {
      expect(await count(sql`select count(*) as n from contact`)).toBe(85)
      const wrong =
        await rows(sql`select c.name from contact c where c.associate_id <> (select s.associate_id from sale s
        join associate a on a.associate_id = s.associate_id where s.contact_id = c.contact_id
        group by s.associate_id order by count(*) desc, a.tooltip limit 1)`)
      expect(wrong).toEqual([])
    })

    test('subsidiaries know their parent', async () => {
      expect(await count(sql`select count(*) as n from contact where mother_id > 0`)).toBe(15)
    })

    test('35 agents and 6 managers are associates in a group per manager', async () => {
      expect(await count(sql`select count(*) as n from associate`)).toBe(41)
      const groups = await rows<{ name: string }>(sql`select name from usergroup order by usergroup_id`)
      expect(groups.map(group => group.name).slice(0, 4)).toEqual([
        'Central region',
        'East',
        'West',
        'Team Dustin Brinkmann',
      ])
      expect(groups).toHaveLength(9)
      expect(await count(sql`select count(distinct group_idx) as n from associate`)).toBe(6)
    })

    test('engage and close dates are follow-ups', async () => {
      const byTask =
        await rows(sql`select t.name, count(*) as n from appointment a join task t on t.task_id = a.task_idx
        group by t.name order by t.name`)
      expect(byTask).toEqual([
        { name: 'Close', n: 6_711 },
        { name: 'Engage', n: 8_300 },
      ])
    })

    test('no persons are invented', async () => {
      expect(await count(sql`select count(*) as n from person`)).toBe(0)
    })
  })

  describe('three agents away', () => {
    let report: JourneyReport
    beforeAll(async () => {
      report = await journey(await readSalesData(sharedDataPath(DATA)), join(folder, 'journey'))
    })

    test('the best agent of each office leaves', () => {
      expect(report.accounts.map(({ name }) => name)).toEqual([
        'Darcel Schlecht',
        'Cassey Cress',
        'Vicki Laflamme',
      ])
    })

    test('there is an area per team and one per office, and nobody is in two', () => {
      expect(report.areas.map(({ name }) => name).slice(5)).toEqual([
        'Team Summer Sewald',
        'Central region',
        'East',
        'West',
      ])
      const assigned = report.areas.reduce((sum, area) => sum + area.assigned, 0)
      expect(assigned).toBe(41)
    })

    test('an office includes what its teams include', () => {
      const of = (name: string) => report.areas.find(area => area.name === name)!
      expect(of('East').included).toBe(of('Team Cara Losch').included + of('Team Rocco Neubert').included)
      expect(of('East').records).toBeLessThan(
        of('Team Cara Losch').records + of('Team Rocco Neubert').records,
      )
    })

    test('an account that changes agents across teams moves with its opportunities and follow-ups', async () => {
      const { account, before, after } = report.handedOver
      const [from, to] = [
        [before[0]!, after[0]!],
        [before[1]!, after[1]!],
      ] as const
      expect([from[0].theAccount, from[1].theAccount]).toEqual([true, false])
      expect([to[0].theAccount, to[1].theAccount]).toEqual([false, true])
      expect(from[1].accounts).toBe(from[0].accounts - 1)
      expect(to[1].accounts).toBe(to[0].accounts + 1)
      expect(from[1].followUps).toBeLessThan(from[0].followUps)
      expect(to[1].followUps).toBeGreaterThan(to[0].followUps)
      const all = (await readSalesData(sharedDataPath(DATA))).opportunities.filter(
        one => one.account === account,
      )
      expect([from[0].itsOpportunities, to[1].itsOpportunities]).toEqual([all.length, all.length])
    })

    test('what the agents of a team have with an account elsewhere stays with them', async () => {
      const { account, after } = report.handedOver
      const { agents, opportunities } = await readSalesData(sharedDataPath(DATA))
      const team = agents.filter(({ manager }) => manager === 'Melvin Marxen').map(({ name }) => name)
      const kept = opportunities.filter(
        one => one.account === account && one.agent !== 'Darcel Schlecht' && team.includes(one.agent),
      )
      expect(after[0]!.itsOpportunities).toBe(kept.length)
    })

    test('why is said before and after, with the change that did it', () => {
      const [here, notThere, gone, arrived, follower] = report.handedOver.why
      expect(here).toMatch(/is in area Team Melvin Marxen because it is owned by darcel\.schlecht/)
      expect(notThere).toMatch(
        /is not in area Team Rocco Neubert: its owner darcel\.schlecht is not included/,
      )
      expect(gone).toMatch(/is not in area Team Melvin Marxen: .*when melvin\.marxen changed its owner$/)
      expect(arrived).toMatch(
        /because it is owned by cassey\.cress, .*when melvin\.marxen changed its owner$/,
      )
      expect(follower).toMatch(/^sale \d+ is in area .* because its contact \d+ is owned by cassey\.cress/)
    })

    test('before homecoming every laptop holds what the office holds of its area', () => {
      expect(report.identical).toEqual([true, true, true])
    })

    test('every edit is accounted for, and nothing is held', () => {
      for (const { account } of report.accounts) {
        const { made, applied, merged, overruled, rejected, held } = account
        expect(made).toBe(applied + merged + overruled + rejected + held)
        expect(held).toBe(0)
        expect(account.created).toBe(5)
      }
    })

    test('the edit that a manager corrected later is overruled, and kept', () => {
      expect(report.accounts.map(({ account }) => account.overruled)).toEqual([1, 0, 0])
      expect(report.lost).toBe(1)
    })

    test('each regional office gets a satellite, and what its manager finds on the road is at central under its id', () => {
      const { offices } = report.offices
      expect(offices.map(({ name, number }) => [name, number])).toEqual([
        ['Central region', 1],
        ['East', 2],
        ['West', 3],
      ])
      for (const { number, found, foundAtCentral, account } of offices) {
        expect(found >>> 24).toBe(number)
        expect(foundAtCentral).toBe(true)
        expect(account).toMatchObject({ made: 1, created: 1, applied: 1, held: 0 })
      }
    })

    test('an account that is given from one office to another leaves one satellite and arrives at the other', () => {
      const { before, after } = report.offices.handedOver
      expect([before, after]).toEqual([
        [1, 0],
        [0, 1],
      ])
    })

    test('each office holds what central holds of its area, and each laptop what its office holds', () => {
      expect(report.offices.offices.map(({ identical }) => identical)).toEqual([true, true, true])
    })
  })
})
