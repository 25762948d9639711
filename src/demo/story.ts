/**
 * Story: the acts of the demo in order, from an empty folder to everybody home.
 * Shape:  each act is one step with a name; it is announced, done and timed.
 */
import { stat } from 'node:fs/promises'
import { seededRandom } from '../crm/demo/random.ts'
import {
  activate,
  conflicts,
  createCentral,
  crmDictionary,
  fillDemo,
  finishHome,
  grantTravel,
  type HomecomingDatabase,
  readStatus,
  releaseHome,
  sealForHome,
  sql,
} from '../index.ts'
import { type Account, countMade, verdictsOf } from './account.ts'
import {
  type Arrived,
  type BranchAccount,
  branchComesHome,
  branchMonday,
  branchTuesday,
  CITY,
  openBranch,
  titleAtCentral,
  type Watched,
  whereItArrived,
} from './branch.ts'
import { firstHalf, planClashes, restoreTheSale, secondHalf } from './clashes.ts'
import type { Work } from './desk.ts'
import { chanceExchanges, exchangeToRest, firstExchange, secondExchange } from './exchanges.ts'
import { type Lost, lostEdits } from './lost-edits.ts'
import { type Moved, whatMoved } from './move.ts'
import type { Incident } from './post.ts'
import { Records } from './records.ts'
import { type BuiltPrototype, buildPrototypes, makeRegions } from './regions.ts'
import { compare, type Sameness } from './sameness.ts'
import { type Person, Stage, type Traveller } from './stage.ts'
import { StoryClock } from './story-clock.ts'
import { workAtTheOffice, workingDay } from './working-days.ts'

export interface Plan {
  readonly seed: number
  /** New and empty, or not there yet. */
  readonly folder: string
  readonly records: number
  /** Hears what is being done. */
  readonly announce: (step: string) => void
}

export interface Story {
  readonly seed: number
  readonly stage: Stage
  readonly office: { readonly records: number; readonly bytes: number; readonly users: number }
  readonly prototypes: readonly BuiltPrototype[]
  readonly moved: Moved
  readonly accounts: readonly (Account & { readonly traveller: Traveller })[]
  readonly inTheCity: Watched & {
    readonly passedOn: boolean
    readonly arrived: readonly Arrived[]
    readonly title: string
    readonly account: BranchAccount
  }
  readonly workAtTheOffice: Work
  readonly incidents: readonly (Incident & { readonly who: string })[]
  readonly lost: readonly Lost[]
  /** The sale whose edit was lost, and brought back by its author. */
  readonly restored: number | undefined
  readonly packets: { readonly up: number; readonly dwn: number }
  readonly sameness: Sameness
  readonly steps: readonly { readonly step: string; readonly seconds: number }[]
  readonly seconds: number
}

const AWAY = 3
const IN_ANOTHER_CITY = 2

export async function tell(plan: Plan): Promise<Story> {
  const steps: { step: string; seconds: number }[] = []
  const act = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    plan.announce(step)
    const began = performance.now()
    const result = await work()
    steps.push({ step, seconds: (performance.now() - began) / 1000 })
    return result
  }
  const random = seededRandom(plan.seed)
  const stage = new Stage(plan.folder, new StoryClock(), random)
  try {
    const told = await allActs(plan, stage, act)
    const seconds = steps.reduce((total, step) => total + step.seconds, 0)
    return { seed: plan.seed, stage, ...told, steps, seconds }
  } finally {
    await stage.close()
  }
}

type Act = <T>(step: string, work: () => Promise<T>) => Promise<T>

async function allActs(plan: Plan, stage: Stage, act: Act) {
  const office = await act('the office gets a database', () => openOffice(plan, stage))
  const records = await Records.read(stage.office, stage.random)
  await act('travel is activated', () => activate(stage.office.database))
  await act('two regions share the customers', async () => {
    stage.regions.push(...(await makeRegions(stage)))
  })
  const prototypes = await act('prototypes are built', () =>
    buildPrototypes(stage.office.database, stage.regions),
  )
  await act('the office goes on working', () => workAtTheOffice(stage, records))
  await act('three people leave', () => everybodyLeaves(stage))
  await act('an office opens in another city, and somebody leaves from there', async () => {
    stage.branch = await openBranch(stage)
  })
  const clashes = await act('what must happen is planned', () => planClashes(stage, records))
  await act('Monday: work on every side', async () => {
    await firstHalf(stage, clashes)
    await workingDay(stage, records, 0)
  })
  const watched = await act(`Monday in ${CITY}, and on the road from there`, () =>
    branchMonday(stage, records),
  )
  await act('Tuesday: work on every side', async () => {
    await workingDay(stage, records, 1)
    await secondHalf(stage, clashes)
  })
  const passedOn = await act(`Tuesday: ${CITY} exchanges with central`, () => branchTuesday(stage, watched))
  await act('Tuesday evening: packets, and what the post makes of them', () => firstExchange(stage, records))
  await act('Wednesday: work on every side, and a network now and then', async () => {
    await workingDay(stage, records, 2)
    await chanceExchanges(stage, records)
  })
  await act('Wednesday evening: lost packets are sent again', () => secondExchange(stage))
  const restored = await act('a lost edit is restored', () => restoreTheSale(stage, clashes))
  await act('Thursday: everybody exchanges until all is said', () => exchangeToRest(stage))
  const moved = await act('who has the company that moved', () => whatMoved(stage, clashes.handedOver))
  const arrived = await act('where the customer won on the road is now', () => whereItArrived(stage, watched))
  const title = await titleAtCentral(stage, watched)
  await act('the databases are copied as they are', () => stage.keepCopy())
  const sameness = await act('children are compared with the office', () => compare(stage))
  const accounts = await act('everybody comes home', () => everybodyComesHome(stage))
  const branchAccount = await act(`and to ${CITY}`, () => branchComesHome(stage))
  return {
    office,
    prototypes,
    moved,
    restored,
    sameness,
    accounts,
    inTheCity: { ...watched, passedOn, arrived, title, account: branchAccount },
    ...(await whatBecameOfIt(stage)),
    workAtTheOffice: stage.office.work,
  }
}

async function openOffice({ records, seed }: Plan, stage: Stage) {
  const options = { platform: { clock: stage.clock } }
  await createCentral({ path: stage.central, dictionary: crmDictionary, defaultAssociate: 1 }, options)
  const central = await stage.openOffice()
  const filled = await fillDemo(central, { records, seed })
  stage.people.push(...(await peopleOf(central)))
  const shuffled = stage.random.shuffle(stage.people.slice(1))
  stage.leaving.push(...shuffled.slice(0, AWAY))
  stage.inAnotherCity.push(...shuffled.slice(AWAY, AWAY + IN_ANOTHER_CITY))
  return { records: filled.records, bytes: (await stat(stage.central)).size, users: stage.people.length }
}

async function peopleOf(central: HomecomingDatabase): Promise<Person[]> {
  return central.db.snapshot(read =>
    read.rows(sql<Person>`select a.associate_id as id, a.name as login, p.firstname || ' ' || p.lastname as name
      from associate a join person p on p.person_id = a.person_id order by 1`),
  )
}

async function everybodyLeaves(stage: Stage): Promise<void> {
  for (const person of stage.leaving) {
    stage.clock.pass(900)
    await grantTravel(stage.office.database, person.id)
    await stage.leave(person)
  }
}

/** Three steps each, as if the office were far away. What they made is counted before the key is destroyed. */
async function everybodyComesHome(stage: Stage) {
  const central = stage.office.database
  const made: number[] = []
  for (const traveller of stage.travellers) {
    const { desk, person, tag, paths } = traveller
    stage.clock.pass(600)
    await sealForHome(desk.database)
    made.push(await countMade(traveller))
    await releaseHome(central, { name: person.login, tag }, paths.packets)
    await finishHome(desk.database, { keyFile: paths.key })
  }
  const verdicts = await verdictsOf(central)
  return stage.travellers.map((traveller, index) => {
    const verdict = verdicts.get(traveller.person.login)
    if (!verdict) throw new Error(`the office has no account of ${traveller.person.login}`)
    const { created, applied, merged, overruled, rejected, held } = verdict
    return { traveller, made: made[index]!, created, applied, merged, overruled, rejected, held }
  })
}

async function whatBecameOfIt(stage: Stage) {
  const central = stage.office.database
  const { links } = await readStatus(central)
  const packets = {
    up: links.reduce((total, link) => total + link.read, 0),
    dwn: links.reduce((total, link) => total + link.written, 0),
  }
  const incidents = stage.travellers.flatMap(({ post, person }) =>
    post.incidents.map(incident => ({ ...incident, who: person.name })),
  )
  const lost = await lostEdits(stage, await conflicts(central, { limit: 1_000 }))
  return { packets, incidents, lost }
}
