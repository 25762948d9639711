/**
 * Steps: what happens in a world, one after the other, as data. They name no ids, so that a history can be made shorter
 * and is still one.
 */
import type { CrashPoint } from '../core/crash-points.ts'
import type { Dice } from './dice.ts'
import type { Mishap } from './post.ts'

/** `where`: 0 central, then the satellites, then the travellers; counted round. `seed`: what is chosen inside the step. */
export type Step =
  | { readonly kind: EditKind; readonly where: number; readonly table: number; readonly seed: number }
  /** The child's end: a traveller or a satellite, counted round. */
  | { readonly kind: PacketKind; readonly child: number; readonly trouble?: TroubleAt }
  | { readonly kind: JourneyKind; readonly child: number; readonly trouble?: TroubleAt }
  | { readonly kind: Mishap; readonly child: number; readonly seed: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'skew'; readonly where: number; readonly seconds: number }
  | {
      readonly kind: 'prototype'
      readonly where: number
      readonly seed: number
      readonly trouble?: TroubleAt
    }
  | { readonly kind: 'area'; readonly area: number; readonly seed: number }
  | { readonly kind: 'prune'; readonly where: number; readonly trouble?: TroubleAt }
  | { readonly kind: 'backup' | 'restore' | 'clone'; readonly where: number; readonly seed: number }
  /** Of central; or of a satellite, counted round. */
  | {
      readonly kind: 'keep' | 'putBack'
      readonly where: number
      readonly of?: 'satellite'
      readonly trouble?: TroubleAt
    }
  | { readonly kind: 'settle' }

/** `move` changes one pointer, `again` brings a deleted record back under its id, `whole` deletes what is below first. */
export type EditKind = 'insert' | 'update' | 'move' | 'delete' | 'whole' | 'again'
export type PacketKind = 'sendUp' | 'readUp' | 'sendDwn' | 'readDwn' | 'exchange'
export type JourneyKind = 'leave' | 'home' | 'writeOff'

/** The process dies at a moment, as a part of how many it had the last time; or its disk has so many bytes left. */
export type TroubleAt =
  | { readonly dies: number }
  | { readonly room: number }
  /** It dies where it comes to this point. */
  | { readonly at: CrashPoint }

type Weights = Readonly<Record<Exclude<Step['kind'], 'settle'>, number>>

const WEIGHTS = {
  insert: 14,
  update: 14,
  move: 9,
  delete: 4,
  whole: 1,
  again: 1,
  sendUp: 4,
  readUp: 4,
  sendDwn: 4,
  readDwn: 4,
  exchange: 12,
  lose: 1,
  repeat: 2,
  delay: 2,
  cut: 1,
  alter: 1,
  wait: 6,
  skew: 1,
  leave: 3,
  home: 2,
  writeOff: 1,
  prototype: 1,
  area: 2,
  prune: 1,
  backup: 2,
  restore: 1,
  clone: 1,
  keep: 2,
  putBack: 1,
} as const satisfies Weights

const PACKETS: ReadonlySet<string> = new Set(['sendUp', 'readUp', 'sendDwn', 'readDwn', 'exchange'])
const EDITS: ReadonlySet<string> = new Set(['insert', 'update', 'move', 'delete', 'whole', 'again'])
/** Steps between two settlings, about. */
const SETTLING = 60

/** Whose disks are put back from older copies. */
export interface PutBack {
  readonly parents: boolean
  readonly satellites: boolean
  readonly laptops: boolean
}

export function stepsOf(dice: Dice, count: number, putBack: PutBack): Step[] {
  const weights = weightsFor(putBack)
  return Array.from({ length: count }, (_, index) =>
    (index + 1) % SETTLING === 0 || index + 1 === count
      ? { kind: 'settle' }
      : oneStep(dice, weights, putBack),
  )
}

const weightsFor = ({ parents, satellites, laptops }: PutBack): Weights => ({
  ...WEIGHTS,
  ...(parents || satellites ? {} : { keep: 0, putBack: 0 }),
  ...(laptops ? {} : { backup: 0, restore: 0, clone: 0 }),
})

function oneStep(dice: Dice, weights: Weights, putBack: PutBack): Step {
  const kind = dice.weighted(weights)
  const child = dice.below(1000)
  const seed = dice.below(1000)
  if (EDITS.has(kind)) {
    // Central and whoever else works: the more places, the more of the work is done elsewhere.
    const where = dice.chance(25) ? 0 : child
    return { kind: kind as EditKind, where, table: dice.below(1000), seed }
  }
  if (PACKETS.has(kind)) return { kind: kind as PacketKind, child, ...trouble(dice, 15) }
  switch (kind) {
    case 'leave':
    case 'home':
    case 'writeOff':
      return { kind, child, ...trouble(dice, 30) }
    case 'wait':
      return { kind, seconds: dice.one([0, 1, 1, 5, 60, 3600]) }
    case 'skew':
      return { kind, where: child, seconds: dice.one([0, 0, 7, -7, 3600, -3600, 86_400 * 400]) }
    case 'prototype':
      return { kind, where: child, seed, ...trouble(dice, 30) }
    case 'area':
      return { kind, area: child, seed }
    case 'backup':
    case 'restore':
    case 'clone':
      return { kind, where: child, seed }
    case 'prune':
      return { kind, where: child, ...trouble(dice, 20) }
    case 'putBack':
      return { kind, where: child, ...whose(putBack, seed), ...trouble(dice, 20) }
    case 'keep':
      return { kind, where: child, ...whose(putBack, seed) }
    default:
      return { kind: kind as Mishap, child, seed }
  }
}

const whose = ({ parents, satellites }: PutBack, seed: number): { of?: 'satellite' } =>
  satellites && (!parents || seed % 2 === 1) ? { of: 'satellite' } : {}

function trouble(dice: Dice, percent: number): { trouble?: TroubleAt } {
  if (!dice.chance(percent)) return {}
  return { trouble: dice.chance(80) ? { dies: dice.below(1000) } : { room: dice.below(200_000) } }
}
