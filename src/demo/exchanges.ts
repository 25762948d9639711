/**
 * Exchanges: packets go up and down, and the post does its worst. Each mishap is healed by the next ordinary exchange.
 */
import { exchange, readUpdates, writeUpdates } from '../index.ts'
import { branchExchanges } from './branch.ts'
import type { Records } from './records.ts'
import type { Stage, Traveller } from './stage.ts'
import { dayAndTime } from './story-clock.ts'
import { newCustomer, workOnce } from './working-days.ts'

/** Tuesday evening: one UP is lost, two arrive in the wrong order, one comes twice, one DWN is damaged. */
export async function firstExchange(stage: Stage, records: Records): Promise<void> {
  const [one, two, three] = stage.travellers as [Traveller, Traveller, Traveller]
  stage.clock.goTo(1, 20)
  await one.post.lose(await writeUp(stage, one))
  await overtaken(stage, records, three, await writeUp(stage, three))
  const up = await writeUp(stage, two)
  await readUps(stage, two)
  for (const traveller of stage.travellers) await writeDwn(stage, traveller)
  await two.post.damage((await two.post.waiting('dwn')).at(-1)!)
  for (const { desk } of stage.travellers) await readUpdates(desk.database)
  await again(stage, two, up)
}

/** A packet stays behind, and the one after it arrives first. */
async function overtaken(stage: Stage, records: Records, traveller: Traveller, early: string): Promise<void> {
  await workOnce(stage, records, workerOf(traveller))
  await newCustomer(stage, workerOf(traveller))
  const late = await writeUp(stage, traveller)
  const { incident, deliver } = await traveller.post.holdBack(early)
  const tried = (await readUps(stage, traveller)).find(({ name }) => name === late)
  await deliver()
  const both = await readUps(stage, traveller)
  incident.healed = `${late} was ${tried?.what}, until ${both.map(({ name }) => name).join(' and ')} could be read in turn`
}

async function again(stage: Stage, traveller: Traveller, up: string): Promise<void> {
  const incident = await traveller.post.repeat(up)
  const [read] = await readUps(stage, traveller)
  incident.healed = `the office found it ${read?.what}, and did nothing twice`
}

const FATES = ['arrives', 'arrives', 'is lost', 'comes twice', 'is damaged', 'is overtaken'] as const

/** Wednesday: somebody finds a network now and then. What becomes of the packet is up to the seed. */
export async function chanceExchanges(stage: Stage, records: Records): Promise<void> {
  const { random } = stage
  for (let count = random.between(2, 7); count > 0; count--) {
    const traveller = random.pick(stage.travellers)
    await workOnce(stage, records, workerOf(traveller))
    const up = (await writeUps(stage, traveller)).find(({ fresh }) => fresh)?.name
    if (up !== undefined) await meetFate(stage, records, traveller, up)
    if (random.chance(0.4)) await bringDwn(stage, traveller)
  }
}

async function meetFate(stage: Stage, records: Records, traveller: Traveller, up: string): Promise<void> {
  const fate = stage.random.pick(FATES)
  if (fate === 'is overtaken') return overtaken(stage, records, traveller, up)
  if (fate === 'is lost') await traveller.post.lose(up)
  if (fate === 'is damaged') await traveller.post.damage(up)
  await readUps(stage, traveller)
  if (fate === 'comes twice') await again(stage, traveller, up)
}

/** Wednesday evening: what was lost or damaged is sent again by itself, byte for byte. */
export async function secondExchange(stage: Stage): Promise<void> {
  stage.clock.goTo(2, 20)
  for (const traveller of stage.travellers) {
    await writeUps(stage, traveller)
    await readUps(stage, traveller)
  }
  for (const traveller of stage.travellers) {
    await bringDwn(stage, traveller)
  }
}

/** Everybody exchanges until nobody has anything to say: twice round, so that the first hears of the last. */
export async function exchangeToRest(stage: Stage): Promise<void> {
  stage.clock.goTo(3, 9)
  for (let round = 0; round < 2; round++) {
    await branchExchanges(stage)
    for (const { desk } of stage.travellers) {
      stage.clock.pass(300)
      await exchange(stage.office.database, desk.database)
    }
  }
  await branchExchanges(stage)
}

const workerOf = ({ desk, person }: Traveller) => ({ desk, who: person.id })
const packetsOf = ({ person, paths }: Traveller) => ({ packets: paths.packets, only: person.login })
const readUps = (stage: Stage, of: Traveller) => readUpdates(stage.office.database, packetsOf(of))

async function writeUps(stage: Stage, { desk, post }: Traveller) {
  const sent = await writeUpdates(desk.database)
  post.sentAgain(sent, dayAndTime(stage.clock.now()))
  return sent
}

/** @returns the name of the new packet */
async function writeUp(stage: Stage, traveller: Traveller): Promise<string> {
  return (await writeUps(stage, traveller)).find(({ fresh }) => fresh)!.name
}

async function writeDwn(stage: Stage, traveller: Traveller): Promise<void> {
  const sent = await writeUpdates(stage.office.database, packetsOf(traveller))
  traveller.post.sentAgain(sent, dayAndTime(stage.clock.now()))
}

async function bringDwn(stage: Stage, traveller: Traveller): Promise<void> {
  await writeDwn(stage, traveller)
  await readUpdates(traveller.desk.database)
}
