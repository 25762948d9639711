/**
 * Interrupt: Ctrl-C ends a command at a safe point; a second one ends it at once.
 * Role:  one AbortSignal for the long work; work that sees it ends between two steps, and the next run goes on there.
 * Never: leaves a listener behind.
 */
import { HomecomingError } from '../index.ts'

export const INTERRUPTED_EXIT = 130
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** What we need of a process; a test brings its own. */
export interface Interruptible {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  exit(code: number): void
}

export async function interruptible<T>(
  from: Interruptible,
  note: (line: string) => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) return from.exit(INTERRUPTED_EXIT)
    note('Stopping at the next safe point; press Ctrl-C again to end at once.')
    controller.abort(new HomecomingError('INTERRUPTED', 'stopped at a safe point on request'))
  }
  for (const signal of SIGNALS) from.on(signal, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of SIGNALS) from.off(signal, stop)
  }
}
