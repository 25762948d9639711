/**
 * Exchanges: packets go up and down, and the post does its worst. Each mishap is healed by the next ordinary exchange.
 */
import { exchange, readUpdates, writeUpdates } from '../index.ts'
import type { Incident } from './post.ts'
import type { Records } from './records.ts'
import type { Stage, Traveller } from './stage.ts'
import { dayAndTime } from './story-clock.ts'
import { workOnce } from './working-days.ts'

export interface OpenIncidents {
  readonly lost: Incident
  readonly damaged: Incident
}

/** Tuesday evening: one UP is lost, two arrive in the wrong order, one comes twice, one DWN is damaged. */
export async function firstExchange(stage: Stage, records: Records): Promise<OpenIncidents> {
  const [one, two, three] = stage.travellers as [Traveller, Traveller, Traveller]
  stage.clock.goTo(1, 20)
  const lost = await one.post.lose(await writeUp(one))
  await outOfOrder(stage, records, three)
  const up = await writeUp(two)
  await readUps(stage, two)
  await writeDwns(stage)
  const damaged = await two.post.damage(await lastDwn(two))
  for (const { desk } of stage.travellers) await readUpdates(desk.database)
  await again(stage, two, up)
  return { lost, damaged }
}

async function outOfOrder(stage: Stage, records: Records, { desk, person, post, ...one }: Traveller) {
  const early = await writeUp({ desk })
  for (let count = 0; count < 3; count++) await workOnce(stage, records, { desk, who: person.id })
  const late = await writeUp({ desk })
  const { incident, deliver } = await post.holdBack(early)
  const [waiting] = await readUps(stage, { person, paths: one.paths })
  await deliver()
  const both = await readUps(stage, { person, paths: one.paths })
  incident.healed = `${late} was ${waiting?.what}; then ${both.map(({ name }) => name).join(' and ')} were applied`
}

async function again(stage: Stage, two: Traveller, up: string): Promise<void> {
  const incident = await two.post.repeat(up)
  const [read] = await readUps(stage, two)
  incident.healed = `the office read it as ${read?.what}, and did nothing twice`
}

/** Wednesday evening: what was lost or damaged is sent again by itself, byte for byte. */
export async function secondExchange(stage: Stage, { lost, damaged }: OpenIncidents): Promise<void> {
  const [, two] = stage.travellers as [Traveller, Traveller, Traveller]
  stage.clock.goTo(2, 20)
  const when = dayAndTime(stage.clock.now())
  for (const traveller of stage.travellers) {
    heal(lost, await writeUpdates(traveller.desk.database), when)
    await readUps(stage, traveller)
  }
  heal(damaged, await writeUpdates(stage.office.database, packetsOf(two)), when)
  await writeDwns(stage)
  for (const { desk } of stage.travellers) await readUpdates(desk.database)
}

type Sent = Awaited<ReturnType<typeof writeUpdates>>

function heal(incident: Incident, sent: Sent, when: string): void {
  const again = sent.find(({ name, fresh }) => name === incident.packet && !fresh)
  if (again) incident.healed = `sent again on ${when} by itself, the same ${again.bytes} bytes`
}

/** Everybody exchanges until nobody has anything to say: twice round, so that the first hears of the last. */
export async function exchangeToRest(stage: Stage): Promise<void> {
  stage.clock.goTo(3, 9)
  for (const { desk } of [...stage.travellers, ...stage.travellers]) {
    stage.clock.pass(300)
    await exchange(stage.office.database, desk.database)
  }
}

const packetsOf = ({ person, paths }: Pick<Traveller, 'person' | 'paths'>) => ({
  packets: paths.packets,
  only: person.login,
})

/** @returns the name of the packet */
async function writeUp({ desk }: Pick<Traveller, 'desk'>): Promise<string> {
  const fresh = (await writeUpdates(desk.database)).find(sent => sent.fresh)
  if (!fresh) throw new Error('nothing was written')
  return fresh.name
}

const readUps = (stage: Stage, of: Pick<Traveller, 'person' | 'paths'>) =>
  readUpdates(stage.office.database, packetsOf(of))

async function writeDwns(stage: Stage): Promise<void> {
  for (const traveller of stage.travellers) await writeUpdates(stage.office.database, packetsOf(traveller))
}

async function lastDwn({ post }: Traveller): Promise<string> {
  const name = (await post.waiting('dwn')).at(-1)
  if (!name) throw new Error('there is no packet for the way down')
  return name
}
