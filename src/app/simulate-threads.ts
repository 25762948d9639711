/**
 * Simulate threads: seeds on two threads, each with somebody who looks whether it still goes on.
 * Never:  waits for a step that has no end: its thread is ended, and the step is what was wrong. Nor goes on where a world
 *         cannot even be made: that ends all threads, and is told once.
 */
import { Worker } from 'node:worker_threads'
import { type ErrorCode, HomecomingError } from '../core/errors.ts'
import type { Asked } from '../simulate/one-seed.ts'
import type { SeedResult } from '../simulate/report.ts'
import type { Outcome } from '../simulate/seed.ts'
import { noFaults } from '../simulate/world.ts'

/** Of one step, milliseconds. The longest take a second or two; a machine that has other work to do may need ten times that. */
export const LONGEST_STEP = 120_000

const THREADS = 2
const SHRINK_FOR = 30_000
/** How many failing seeds are made shorter: where many fail, they mostly fail alike. */
const SHRUNK_AT_MOST = 6

/** What a thread tells; steps also of the shorter histories that it tries. */
export type Told =
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'lived'; readonly outcome: Outcome }
  | { readonly kind: 'done'; readonly result: SeedResult }
  | {
      readonly kind: 'refused'
      readonly code: ErrorCode
      readonly message: string
      readonly values: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'broken'; readonly error: unknown }

/** What is the same for all seeds. */
export type AskedOfAll = Omit<Asked, 'seed' | 'shrinkFor'>

/**
 * In the order of the seeds, whichever thread was faster.
 * @param longest of a step, milliseconds
 */
export async function onThreads(
  first: number,
  last: number,
  asked: AskedOfAll,
  progress: (what: string, done: number, total: number) => void,
  longest: number = LONGEST_STEP,
): Promise<SeedResult[]> {
  const total = last - first + 1
  const results = new Map<number, SeedResult>()
  let next = first
  let failed = 0
  const one = async (thread: Thread): Promise<void> => {
    while (next <= last) {
      const seed = next++
      const result = await thread.ask({
        ...asked,
        seed,
        shrinkFor: failed < SHRUNK_AT_MOST ? SHRINK_FOR : 0,
      })
      if (result.outcome.failure) failed += 1
      results.set(seed, result)
      progress(`seed ${seed}`, results.size, total)
    }
  }
  const threads = Array.from({ length: Math.min(THREADS, total) }, () => new Thread(longest))
  try {
    await Promise.all(threads.map(one))
  } finally {
    await Promise.all(threads.map(thread => thread.end()))
  }
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result)
}

/** A worker, and another one where that had to be ended. */
class Thread {
  readonly #longest: number
  #worker: Worker = newWorker()

  constructor(longest: number) {
    this.#longest = longest
  }

  async ask(asked: Asked): Promise<SeedResult> {
    const { result, hangs } = await ask(this.#worker, asked, this.#longest)
    if (!hangs) return result
    await this.#worker.terminate()
    this.#worker = newWorker()
    return result
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}

interface Answer {
  readonly result: SeedResult
  /** Nothing has come from the worker for so long that it has to be ended. */
  readonly hangs: boolean
}

function ask(worker: Worker, asked: Asked, longest: number): Promise<Answer> {
  const lived: { step: number; outcome?: Outcome } = { step: 0 }
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(patience)
      worker.off('message', told).off('error', failed).off('exit', gone)
    }
    const done = (answer: Answer): void => {
      leave()
      resolve(answer)
    }
    const failed = (error: unknown): void => {
      leave()
      reject(error)
    }
    const gone = (): void => failed(new Error(`the thread of seed ${asked.seed} ended`))
    const told = (message: Told): void => {
      patience.refresh()
      if (message.kind === 'done') done({ result: message.result, hangs: false })
      else if (message.kind === 'refused') failed(refusalOf(message))
      else if (message.kind === 'broken') failed(message.error)
      else if (message.kind === 'lived') lived.outcome = message.outcome
      else lived.step = message.step
    }
    const patience = setTimeout(() => done({ result: hanging(asked, lived, longest), hangs: true }), longest)
    worker.on('message', told).once('error', failed).once('exit', gone)
    worker.postMessage(asked)
  })
}

const refusalOf = ({ code, message, values }: Extract<Told, { kind: 'refused' }>): HomecomingError =>
  new HomecomingError(code, message, values)

/** Where it was a shorter history that had no end, what was wrong with the whole one stays what is told. */
const hanging = (
  { seed }: Asked,
  { step, outcome }: { readonly step: number; readonly outcome?: Outcome },
  longest: number,
): SeedResult => ({
  outcome: outcome ?? {
    ...{ seed, steps: step + 1, settlings: 0, edits: 0, faults: noFaults(), wide: false, deaths: {} },
    failure: { step, message: `hang: the step had no end within ${longest / 1000} s` },
  },
})

/** A world is made of short-lived things: a tenth of its time went into clearing a smaller young generation. Megabytes. */
const YOUNG = 64

/** The sources run as they are, and compiled. */
const newWorker = (): Worker =>
  new Worker(
    new URL(
      import.meta.url.endsWith('.ts') ? './simulate-worker.ts' : './simulate-worker.js',
      import.meta.url,
    ),
    { resourceLimits: { maxYoungGenerationSizeMb: YOUNG } },
  )
