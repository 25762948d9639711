/** Report: what many lives came to, in at most 64 KiB. */
import type { Outcome } from './seed.ts'
import { asRanges, kindOf, type Shrunk } from './shrink.ts'
import type { Faults } from './world.ts'

export interface SimulationReport {
  /** How many. */
  readonly seeds: number
  /** All that were taken, as are settlings, edits and faults. */
  readonly steps: number
  readonly settlings: number
  readonly edits: number
  /** `reordered` were late, so that others came before them; `cut` were cut or altered; `crashed` are processes that died. */
  readonly faults: Omit<Faults, 'full'>
  readonly passed: number
  /** The first ones: there may be more than fit. */
  readonly failed: readonly SimulationFailure[]
}

export interface SimulationFailure {
  readonly seed: number
  /** From 1. */
  readonly step: number
  readonly message: string
  /** One command. */
  readonly repeat: string
}

/** What one seed came to; `shrunk` where it failed. */
export interface SeedResult {
  readonly outcome: Outcome
  readonly shrunk?: Shrunk
}

const LONGEST_MESSAGE = 600
const LONGEST_REPEAT = 400
/** 64 KiB less the rest of the report. */
const ROOM = 60_000

export function reportOf(results: readonly SeedResult[], asked: AskedFor): SimulationReport {
  const outcomes = results.map(({ outcome }) => outcome)
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, one) => all + of(one), 0)
  const failed = results.filter(({ outcome }) => outcome.failure)
  return {
    seeds: outcomes.length,
    steps: sum(one => one.steps),
    settlings: sum(one => one.settlings),
    edits: sum(one => one.edits),
    faults: {
      lost: sum(one => one.faults.lost),
      repeated: sum(one => one.faults.repeated),
      reordered: sum(one => one.faults.reordered),
      cut: sum(one => one.faults.cut),
      crashed: sum(one => one.faults.crashed),
      restored: sum(one => one.faults.restored),
      cloned: sum(one => one.faults.cloned),
    },
    passed: outcomes.length - failed.length,
    failed: asManyAsFit(failed.map(one => failureOf(one, asked))),
  }
}

interface AskedFor {
  readonly steps: number
  readonly world: string
  readonly server?: string
}

function failureOf({ outcome, shrunk }: SeedResult, { steps, world, server }: AskedFor): SimulationFailure {
  const { seed, failure } = outcome
  const repeat = `homecoming simulate --seeds ${seed}-${seed} --steps ${steps} --world ${world}${server === undefined ? '' : ' --server <address>'}`
  const kept = shrunk ? ` --keep ${asRanges(shrunk.kept)}` : ''
  const message = (shrunk?.failure ?? failure!).message
  return {
    seed,
    step: failure!.step + 1,
    message: message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message,
    repeat: kept.length > LONGEST_REPEAT ? repeat : repeat + kept,
  }
}

function asManyAsFit(failures: readonly SimulationFailure[]): SimulationFailure[] {
  let room = ROOM
  return failures.filter(failure => {
    room -= new TextEncoder().encode(JSON.stringify(failure)).length + 8
    return room > 0
  })
}

/** For the name of a file. */
export const kindOfResult = ({ outcome }: SeedResult): string =>
  (kindOf(outcome.failure!).split(' ')[0] ?? '').replace(/[^a-z]/g, '')
