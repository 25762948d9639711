/**
 * Report: what a command shows at its end: the facts, then what to do next.
 * Shape:  with --json the value alone; else the lines, without those that are left out, and the next command lines.
 */
import type { Run } from './command.ts'
import { type Cell, table } from './output.ts'

export type Line = string | false | undefined

export function report(
  run: Run,
  value: object,
  lines: () => readonly Line[],
  next: readonly Line[] = [],
): void {
  run.progress.end()
  run.output.result(value, () => {
    const steps = next.filter(isText)
    const text = lines().filter(isText).join('\n')
    if (steps.length === 0) return text
    const { bold } = run.output.colours
    return `${text}\n\n${steps.map((step, index) => `${index === 0 ? 'Next:' : '     '} ${bold(step)}`).join('\n')}`
  })
}

/** A table with an empty line before it; nothing where it has no rows. */
export const tableLines = (run: Run, titles: readonly string[], rows: readonly (readonly Cell[])[]): Line =>
  rows.length > 0 && `\n${table(titles, rows, run.output.colours)}`

/**
 * Shows how far a long step is, and ends it at a safe point when Ctrl-C was pressed: whoever reports lets it through.
 * @throws {HomecomingError} INTERRUPTED
 */
export const progressOf = (run: Run) => (step: string, done: number, total: number) => {
  run.signal.throwIfAborted()
  run.progress.report(step, done, total)
}

const isText = (line: Line): line is string => typeof line === 'string'
