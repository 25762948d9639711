/** Seed: from one number to a whole life, and what it came to. */
import { mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HomecomingError } from '../core/errors.ts'
import { Dice } from './dice.ts'
import { type Damage, type Failure, live } from './live.ts'
import { putBackIn } from './put-back.ts'
import { type Shape, shapeOf } from './shape.ts'
import { type Step, stepsOf } from './steps.ts'
import { type Adapters, type Faults, World } from './world.ts'
import { WORLDS } from './worlds/trade.ts'
import type { WorldKind } from './worlds/world-kind.ts'

/** A history that can be lived again: what the corpus keeps. */
export interface History {
  readonly seed: number
  readonly shape: Shape
  readonly steps: readonly Step[]
}

export interface Outcome {
  readonly seed: number
  readonly steps: number
  readonly settlings: number
  readonly edits: number
  readonly faults: Faults
  readonly wide: boolean
  readonly deaths: Readonly<Record<string, number>>
  readonly failure?: Failure
}

export const worldNames = (): string[] => WORLDS.map(world => world.name)

/** @throws {HomecomingError} USAGE */
export function worldNamed(name: string): WorldKind {
  const found = WORLDS.find(world => world.name === name)
  if (found) return found
  throw new HomecomingError('USAGE', `there is no world '${name}': expected ${worldNames().join(', ')}`, {
    world: name,
  })
}

export function historyOf(seed: number, steps: number, world: string): History {
  const dice = new Dice(seed)
  const shape = shapeOf(worldNamed(world).name, dice.for('shape'))
  const putBack = putBackIn(shape, dice.for('put back'))
  return { seed, shape, steps: stepsOf(dice.for('steps'), steps, putBack) }
}

/** @param damage for the self-test, and for whoever follows the steps */
export async function liveHistory(
  adapters: Adapters,
  { seed, shape, steps }: History,
  damage: Damage = {},
): Promise<Outcome> {
  const folder = mkdtempSync(join(adapters.folder ?? roomyFolder(), 'homecoming-simulation-'))
  const world = new World(worldNamed(shape.world), shape, folder, new Dice(seed).for('world'), adapters)
  try {
    await world.build()
    const lived = await live(world, steps, damage)
    return {
      seed,
      steps: lived.steps,
      settlings: lived.settlings,
      edits: world.hands.made,
      faults: world.faults,
      wide: shape.satellites.length >= 2 && shape.travellers.length >= 5,
      deaths: Object.fromEntries(world.deaths),
      ...(lived.failure ? { failure: lived.failure } : {}),
    }
  } finally {
    await world.remove()
  }
}

/** Every commit is synced, and there are tens of thousands: memory serves as well, for nobody takes the power away here. */
export function roomyFolder(): string {
  const memory = '/dev/shm'
  try {
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize > 1e9 ? memory : tmpdir()
  } catch {
    return tmpdir()
  }
}
