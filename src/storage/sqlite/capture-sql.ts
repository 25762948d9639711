/**
 * Pieces of SQL that every capture trigger is made of: names, log rows, guards.
 * Never: a function of ours, a temporary object, or anything that SQLite 3.38 cannot parse (an old shell must be able
 *        to write), so the text of RAISE is a literal.
 */
import type { Table } from '../../dictionary/model.ts'

export const LOG_TABLE = 'traveltransactionlog'
export const LOG_ID = 'traveltransactionlog_id'
export const LOG_TABLE_NUMBER = 29
export const LOG_COLUMNS =
  'ttime, prev_record_id, type, associate_id, tablenumber, record_id, flags, application_id, origin_id'
/** The test clock where it is set. `s` is the session, always qualified: its columns may be a table's too. */
export const TIME = 'coalesce(s.now, unixepoch())'
export const ACTOR = 'coalesce(s.associate_id, s.default_associate)'

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

export const keyOf = (table: Table): string => quoted(table.fields[0]!.name)
export const baseOf = (table: Table): string => `hc_base_${table.number}`
export const replacedOf = (table: Table): string => `hc_replaced_${table.number}`
export const triggerName = (table: Table, event: string): string => `hc_${table.name}_${event}`

export interface Trigger {
  readonly name: string
  /** Whose changes it answers. */
  readonly table: string
  readonly sql: string
}

export function trigger(
  name: string,
  table: string,
  event: string,
  when: string | undefined,
  steps: string[],
): Trigger {
  const condition = when === undefined ? '' : `\nWHEN ${when}`
  const body = steps.map(step => `  ${step};\n`).join('')
  return { name, table, sql: `CREATE TRIGGER ${quoted(name)} ${event}${condition}\nBEGIN\n${body}END` }
}

/** `source` and `where` come after the session, whose columns they may use. */
export interface LogRowSql {
  readonly table: Table
  readonly type: number
  readonly record: string
  readonly previous?: string
  readonly flags?: number
  readonly from?: string
  readonly where?: string
}

/** One log row, where capture is on. The id is not named: SQLite gives the next one. */
export function logRow(row: LogRowSql): string {
  const values = [
    TIME,
    row.previous ?? '0',
    row.type,
    ACTOR,
    row.table.number,
    row.record,
    row.flags ?? 0,
    0,
    0,
  ]
  const from = row.from === undefined ? 'hc_session s' : `hc_session s, ${row.from}`
  const where = row.where === undefined ? 's.capture' : `s.capture AND ${row.where}`
  return `INSERT INTO ${LOG_TABLE} (${LOG_COLUMNS}) SELECT ${values.join(', ')} FROM ${from} WHERE ${where}`
}

/** An expression that refuses, and never returns. The adapter makes a HomecomingError of the text. */
export const refuse = (code: string, fact: string): string => `RAISE(ABORT, ${text(`HC:${code} ${fact}`)})`
