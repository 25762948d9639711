/**
 * Output: results on standard output, everything else on standard error.
 * Shape:  for people a text or a table; with --json exactly one object.
 * Never:  colours what is not a terminal, or where NO_COLOR is set.
 */
import CliTable from 'cli-table3'
import colours from 'picocolors'

export type Colours = ReturnType<typeof colours.createColors>
export type Cell = string | number | bigint | null | undefined

/** A place to write to, and whether a person looks at it. */
export interface Stream {
  write(text: string): unknown
  readonly isTTY?: boolean
}

export interface Output {
  readonly json: boolean
  /** Colours for what `result` shows to people. */
  readonly colours: Colours
  /** What the command was asked for: `value` with --json, else the text made of it. Once per command. */
  result(value: object, text: () => string): void
  /** A remark for the person; never what a program waits for. */
  note(line: string): void
}

export interface Streams {
  readonly out: Stream
  readonly err: Stream
}

export function output(streams: Streams, json: boolean, environment: Environment): Output {
  return {
    json,
    colours: coloursFor(streams.out, environment),
    result: (value, text) => {
      streams.out.write(json ? `${toJson(value)}\n` : endedLine(text()))
    },
    note: line => {
      streams.err.write(endedLine(line))
    },
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

export function coloursFor(stream: Stream, environment: Environment): Colours {
  const plain = environment.NO_COLOR || environment.TERM === 'dumb'
  return colours.createColors(stream.isTTY === true && !plain)
}

/** Columns below a line of titles, without a frame: good to read, and to cut with other tools. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[], show: Colours): string {
  const made = new CliTable({
    head: titles.map(title => show.bold(title)),
    chars: NO_FRAME,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: titles.map((_, column) => (isNumeric(rows, column) ? 'right' : 'left')),
  })
  made.push(...rows.map(row => row.map(cell => (cell === null || cell === undefined ? '' : String(cell)))))
  return made
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
}

/** JSON for programs: big integers as numbers where exact, else as text; bytes as hex digits. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return Number.isSafeInteger(Number(each)) ? Number(each) : String(each)
    if (each instanceof Uint8Array) return Buffer.from(each).toString('hex')
    return each
  })
}

const NO_FRAME = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
}

const isNumeric = (rows: readonly (readonly Cell[])[], column: number): boolean =>
  rows.length > 0 && rows.every(row => typeof row[column] === 'number' || typeof row[column] === 'bigint')

const endedLine = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)
