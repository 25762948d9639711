/**
 * Self-test: is the simulator able to see what it looks for? The engine is broken on purpose, one way after the other, in
 * the same calm world; each must be noticed by the check that is there for it.
 */
import type { CheckName } from './checks/checks.ts'
import { Dice } from './dice.ts'
import type { Damage } from './live.ts'
import { SABOTAGES, type Sabotage } from './sabotage.ts'
import { type History, liveHistory } from './seed.ts'
import { type Step, stepsOf } from './steps.ts'
import type { Adapters } from './world.ts'

export interface SelfTested {
  readonly caught: number
  readonly ways: readonly Way[]
}

export interface Way {
  readonly name: string
  /** The check that must notice it; empty where it did not. */
  readonly caughtBy: CheckName | ''
  readonly said: string
}

/** @throws if the world is not well as long as nobody breaks it */
export async function selfTest(
  adapters: Adapters,
  progress: (what: string, done: number, total: number) => void = () => {},
): Promise<SelfTested> {
  const { failure } = await liveHistory(adapters, calm)
  if (failure) throw new Error(`the world of the self-test is not well by itself: ${failure.message}`)
  const ways: Way[] = []
  for (const [index, sabotage] of SABOTAGES.entries()) {
    progress(sabotage.name, index, SABOTAGES.length)
    ways.push(await tryOut(adapters, sabotage))
  }
  return { caught: ways.filter(way => way.caughtBy !== '').length, ways }
}

async function tryOut(adapters: Adapters, sabotage: Sabotage): Promise<Way> {
  const { failure } = await liveHistory(adapters, calm, damageBy(sabotage))
  const said = failure?.message ?? 'nothing'
  const noticed = said.split('; ').some(line => line.startsWith(`${sabotage.noticedBy}:`))
  return { name: sabotage.name, caughtBy: noticed ? sabotage.noticedBy : '', said }
}

/** Once, as soon as there is something to break; in the middle of the work, so that it has a settling before and after. */
function damageBy({ when, break: breakIt }: Sabotage): Damage {
  let broken = false
  const once: Damage['before'] = async (world, step) => {
    if (!broken && step > EARLIEST) broken = await breakIt(world)
  }
  return when === 'working' ? { before: once } : { settled: once }
}

const SEED = 41
const STEPS = 240
const EARLIEST = 70
const CALM: ReadonlySet<Step['kind']> = new Set([
  ...([
    'insert',
    'update',
    'move',
    'delete',
    'exchange',
    'sendUp',
    'readUp',
    'wait',
    'leave',
    'home',
    'settle',
  ] as const),
])

/** Three travellers, two of them with an area; nothing goes wrong. */
export const calm: History = {
  seed: SEED,
  shape: {
    world: 'trade',
    people: 6,
    satellites: [],
    travellers: [4, 5, 6].map(associate => ({ associate, from: 0 })),
    areas: [
      { includes: [1, 4, 5], assigned: [4], allData: false },
      { includes: [2, 4, 6], assigned: [5], allData: false },
    ],
  },
  steps: stepsOf(new Dice(SEED), STEPS, { parents: false, satellites: false, laptops: true })
    .filter(step => CALM.has(step.kind))
    .map(withoutTrouble),
}

function withoutTrouble(step: Step): Step {
  if (!('trouble' in step)) return step
  const { trouble: _, ...calmly } = step
  return calmly
}
