/**
 * Progress: a bar on standard error for whatever takes longer than a second.
 * Never: shows on anything but a terminal, or for what is over before one could read it.
 */
import { SingleBar } from 'cli-progress'

const WAIT_MS = 1000

export interface Progress {
  /** @param total undefined where the end is not known: then a count is shown */
  report(what: string, done: number, total?: number): void
  /** Takes the bar away. Safe to call twice, and without any report. */
  end(): void
}

interface Place {
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean }
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

export function progressOn(place: Place): Progress {
  if (place.stream.isTTY !== true) return { report: () => {}, end: () => {} }
  const since = place.now()
  let bar: SingleBar | undefined
  return {
    report: (what, done, total) => {
      if (bar === undefined && place.now() - since < WAIT_MS) return
      const end = total ?? Math.max(done, 1)
      const shown = { what, amount: amountOf(done, total) }
      bar ??= started(place.stream, end, shown)
      bar.setTotal(end)
      bar.update(done, shown)
    },
    end: () => {
      bar?.stop()
      bar = undefined
    },
  }
}

function started(stream: NodeJS.WritableStream, total: number, shown: object): SingleBar {
  const bar = new SingleBar({
    format: '{what} [{bar}] {amount}',
    stream,
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  })
  bar.start(total, 0, shown)
  return bar
}

const amountOf = (done: number, total: number | undefined): string =>
  total === undefined || total === 0 ? String(done) : `${Math.floor((100 * done) / total)} % of ${total}`
