/** Checks: what must be so whenever everything was exchanged, by name. */
import { isAtWork } from '../place.ts'
import type { World } from '../world.ts'
import { checkAuthors } from './authors.ts'
import { checkHeld } from './held.ts'
import { checkLeftovers } from './home.ts'
import { checkLedger } from './ledger.ts'
import { checkIds, checkPositions } from './log.ts'
import { checkLost } from './lost.ts'
import { checkRoots } from './roots.ts'
import { checkAreas, checkPrototype, checkSameness } from './sameness.ts'
import { checkSelf } from './self.ts'
import { checkSequences } from './sequences.ts'

/** @returns what is wrong; empty when all is well */
export type Check = (world: World) => Promise<string[]>

export const CHECKS = {
  /** Each child = a prototype of its area, and what it created itself. */
  sameness: checkSameness,
  /** The engine's journal of areas = the reference. */
  areas: checkAreas,
  /** A prototype built now = the reference. */
  prototype: checkPrototype,
  /** Every edit is accounted for once, at both ends. */
  ledger: checkLedger,
  /** No edit is lost without a trace. */
  lost: checkLost,
  /** Authors and times are those of the edits; each is told once. */
  authors: checkAuthors,
  /** Nobody loses against himself. */
  self: checkSelf,
  /** No temporary id where records are kept for good. */
  ids: async world =>
    each(
      world,
      world.places.filter(isAtWork).filter(place => place.kind !== 'traveller'),
      checkIds,
    ),
  /** Both ends hash to the same, and nobody had to be repaired. */
  roots: checkRoots,
  /** No counter goes back. */
  sequences: checkSequences,
  /** No position is left out. */
  positions: async world => each(world, world.places.filter(isAtWork), checkPositions),
  /** Nothing waits at rest. */
  held: checkHeld,
  /** No key and no packet of who is home. */
  leftovers: checkLeftovers,
} as const satisfies Record<string, Check>

export type CheckName = keyof typeof CHECKS

/** All of them. @returns what is wrong, each line with the name of its check */
export async function checkAll(world: World): Promise<string[]> {
  const wrong: string[] = []
  for (const [name, check] of Object.entries(CHECKS))
    for (const one of await saidBy(check, world)) wrong.push(`${name}: ${one}`)
  return wrong
}

/** What cannot even be looked at is wrong, too. */
async function saidBy(check: Check, world: World): Promise<string[]> {
  try {
    return await check(world)
  } catch (error) {
    return [String(error)]
  }
}

async function each(
  _: World,
  places: readonly (World['places'][number] & { site: NonNullable<World['places'][number]['site']> })[],
  check: (site: NonNullable<World['places'][number]['site']>) => Promise<string[]>,
): Promise<string[]> {
  const wrong: string[] = []
  for (const place of places) for (const one of await check(place.site)) wrong.push(`${place.name}: ${one}`)
  return wrong
}
