/**
 * Live: one history in one world, to its end or to the first thing that is wrong.
 * Shape:  build -> each step -> settle and check where the steps say so.
 */

import type { Site } from '../log/site.ts'
import { buildPrototype } from '../prototype/build.ts'
import { prune } from '../travel/prune.ts'
import { changeArea } from './areas.ts'
import { checkAll } from './checks/checks.ts'
import { comeHome, leave, lose, packet } from './journeys.ts'
import { isAtWork, type Place } from './place.ts'
import { settle } from './settle.ts'
import type { Step, TroubleAt } from './steps.ts'
import type { World } from './world.ts'

export interface Failure {
  /** Index of the step after which it was seen. */
  readonly step: number
  readonly message: string
}

export interface Lived {
  readonly steps: number
  readonly settlings: number
  readonly failure?: Failure
}

/** What is done to a world behind its back: for the self-test, and for whoever counts the steps. */
export interface Damage {
  /** Before each step. */
  before?(world: World, step: number): Promise<void>
  /** When everything is settled, before it is checked. */
  settled?(world: World, step: number): Promise<void>
}

export async function live(world: World, steps: readonly Step[], damage: Damage = {}): Promise<Lived> {
  let settlings = 0
  for (const [index, step] of steps.entries()) {
    try {
      await damage.before?.(world, index)
      await take(world, step)
      if (step.kind === 'settle') {
        settlings += 1
        world.settled += 1
        await damage.settled?.(world, index)
        world.wrong.push(...(await checkAll(world)))
      }
    } catch (error) {
      world.wrong.push(`error: ${described(error)}`)
    }
    world.wrong.push(...world.hands.wrong.splice(0))
    if (world.wrong.length > 0)
      return {
        steps: index + 1,
        settlings,
        failure: { step: index, message: world.wrong.slice(0, 12).join('; ') },
      }
  }
  return { steps: steps.length, settlings }
}

/** Where in the sources, not where those lie: it is saved with the history. */
const described = (error: unknown): string =>
  error instanceof Error
    ? `${error.message} ${(error.stack ?? '')
        .split('\n')
        .slice(1, 5)
        .map(line => line.trim().replace(/file:.*\/(?=(?:src|dist|node_modules)\/)/, ''))
        .join(' ')}`
    : String(error)

const round = <P extends Place>(places: readonly P[], which: number): P | undefined =>
  places[which % Math.max(places.length, 1)]

async function take(world: World, step: Step): Promise<void> {
  switch (step.kind) {
    case 'insert':
    case 'update':
    case 'move':
    case 'delete':
    case 'whole':
    case 'again':
      return world.hands.edit(
        round(atWork(world), step.where) ?? world.central,
        step.kind,
        step.table,
        step.seed,
      )
    case 'sendUp':
    case 'readUp':
    case 'sendDwn':
    case 'readDwn':
    case 'exchange':
      await packet(world, round(world.children, step.child)!, step.kind, step.trouble)
      return
    case 'leave':
      return onChild(world, step.child, step.trouble, leave)
    case 'home':
      return onChild(world, step.child, step.trouble, comeHome)
    case 'writeOff':
      return onChild(world, step.child, step.trouble, lose)
    case 'lose':
    case 'repeat':
    case 'delay':
    case 'cut':
    case 'alter':
      return mishap(world, step.kind, round(world.children, step.child)!, step.seed)
    case 'wait':
      world.clock.pass(step.seconds)
      return
    case 'skew':
      return skew(world, step.where, step.seconds)
    case 'prototype':
      return build(world, step.where, step.seed, step.trouble)
    case 'area':
      return changeArea(
        world.central.site!,
        world.shape.areas.length,
        world.shape.people,
        step.area,
        step.seed,
      )
    case 'prune':
      return clear(world, step.where, step.trouble)
    case 'backup':
    case 'restore':
    case 'clone':
      return copy(world, step.kind, step.where, step.seed)
    case 'keep':
    case 'putBack':
      return putBack(world, step)
    case 'settle':
      return settle(world)
    default:
      throw step satisfies never
  }
}

type Working = Place & { site: Site }

const atWork = (world: World): Working[] => world.places.filter(isAtWork)
const parents = (world: World): Working[] => atWork(world).filter(place => place.kind !== 'traveller')

const onChild = (
  world: World,
  child: number,
  trouble: TroubleAt | undefined,
  act: (world: World, place: Place, trouble?: TroubleAt) => Promise<void>,
): Promise<void> => act(world, round(world.children, child)!, trouble)

async function mishap(
  world: World,
  kind: 'lose' | 'repeat' | 'delay' | 'cut' | 'alter',
  place: Place,
  seed: number,
): Promise<void> {
  if (place.state !== 'away' || !place.post?.happen(kind, seed)) return
  const counted = { lose: 'lost', repeat: 'repeated', delay: 'reordered', cut: 'cut', alter: 'cut' } as const
  world.faults[counted[kind]] += 1
}

/** Offices keep the right time. */
function skew(world: World, where: number, seconds: number): void {
  const laptop = round(
    world.places.filter(place => place.kind === 'traveller'),
    where,
  )
  if (!laptop) return
  laptop.clock.set(seconds)
  if (laptop.site && seconds !== 0) world.book.wrongClocks.add(laptop.site.identity.tag)
}

async function build(
  world: World,
  where: number,
  seed: number,
  trouble: TroubleAt | undefined,
): Promise<void> {
  const parent = round(parents(world), where)!
  const area = parent.kind === 'central' ? seed % (world.shape.areas.length + 1) : 0
  await world.act(parent, 'prototype', trouble, () => buildPrototype(parent.site, area))
}

async function clear(world: World, where: number, trouble: TroubleAt | undefined): Promise<void> {
  const parent = round(parents(world), where)!
  await world.act(parent, 'prune', trouble, () => prune(parent.site, 0))
  world.restores.forget(parent)
}

async function putBack(
  world: World,
  { kind, where, of: whose, trouble }: Step & { kind: 'keep' | 'putBack' },
): Promise<void> {
  const some = parents(world).filter(each => each.kind === (whose ?? 'central'))
  const place = round(kind === 'keep' ? some : some.filter(each => world.restores.has(each)), where)
  if (!place) return
  if (kind === 'keep') await world.restores.backup(world, place)
  else if (await world.restores.restore(world, place, trouble)) world.faults.restored += 1
}

/** Of laptops. */
async function copy(
  world: World,
  kind: 'backup' | 'restore' | 'clone',
  where: number,
  seed: number,
): Promise<void> {
  const place = round(
    atWork(world).filter(each => each.kind === 'traveller'),
    where,
  )
  if (!place || !isAtWork(place)) return
  if (kind === 'backup') world.copies.backup(world, place)
  else if (kind === 'restore' && (await world.copies.restore(world, place, seed))) world.faults.restored += 1
  else if (kind === 'clone' && (await world.copies.clone(world, place, seed))) world.faults.cloned += 1
}
