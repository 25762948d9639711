/**
 * Pieces of SQL that the capture functions are made of: names, log rows, guards.
 * Never: an unqualified name. The functions run in other people's sessions, with the rights of whoever installed them,
 *        so nothing in them may depend on a search path.
 */
import type { Table } from '../../dictionary/model.ts'
import { quoted, text } from './sql-text.ts'

export const LOG_TABLE = 'traveltransactionlog'
export const LOG_ID = 'traveltransactionlog_id'
export const LOG_TABLE_NUMBER = 29
export const LOG_SEQUENCE_ROW = LOG_TABLE_NUMBER + 10
/** Gives capture its log ids. */
export const LOG_SEQUENCE = 'hc_log_id'
/** Below: ids that programs take from row 39 of `sequence`. From here on: those of capture. */
export const FIRST_CAPTURE_ID = 2 ** 40
export const LOG_COLUMNS =
  'ttime, prev_record_id, type, associate_id, tablenumber, record_id, flags, application_id, origin_id'

export const MODE = `pg_catalog.current_setting('homecoming.capture', true)`
const ACTOR = `nullif(pg_catalog.current_setting('homecoming.associate', true), '')::integer`

const AT = `coalesce(s.now, floor(date_part('epoch', clock_timestamp()))::bigint)`
const WHO = `coalesce(${ACTOR}, s.default_associate)`

/** Objects of one schema, named in full. */
export class Names {
  readonly schema: string

  constructor(schema: string) {
    this.schema = schema
  }

  of(name: string): string {
    return `${quoted(this.schema)}.${quoted(name)}`
  }

  get session(): string {
    return this.of('hc_session')
  }

  get log(): string {
    return this.of(LOG_TABLE)
  }

  get notes(): string {
    return this.of('hc_repointed')
  }

  base(table: Table): string {
    return this.of(baseOf(table))
  }

  /** When and who, as `s`; fenced off, so that it is worked out once a statement. UTC seconds, or the test clock. */
  get whenAndWho(): string {
    return `(select ${AT} as at, ${WHO} as actor from ${this.session} s offset 0) s`
  }

  /** An expression that refuses, and never returns. The adapter makes a HomecomingError of the text. */
  refuse(code: string, fact: string): string {
    return `${this.of(REFUSE)}(${text(`HC:${code} ${fact}`)})`
  }

  logInsert(selects: readonly string[]): string {
    return `insert into ${this.log} (${LOG_COLUMNS}, hc_order)\n  ${selects.join('\n  union all ')}`
  }

  /** @param from what the values are taken from: one relation, or cross joins */
  logSelect(table: Table, { type, record, previous, flags }: LogValues, from: string): string {
    const about = [`(${previous})::bigint`, type, 's.actor', table.number, record, flags]
    return `select ${['s.at', ...about, 0, 0, 'null::bigint'].join(', ')}\n  from ${this.whenAndWho} cross join ${from}`
  }
}

export interface LogValues {
  readonly type: string | number
  readonly record: string
  readonly previous: string
  readonly flags: string | number
}

export const REFUSE = 'hc_refuse'

export const keyOf = (table: Table): string => quoted(table.fields[0]!.name)
export const baseOf = (table: Table): string => `hc_base_${table.number}`

export const CAPTURE_EVENTS = ['insert', 'update', 'delete', 'truncate'] as const
export type CaptureEvent = (typeof CAPTURE_EVENTS)[number]

/** By number: a name in PostgreSQL has 63 bytes, and a table's may be as long. */
export const functionOf = (table: Table, event: CaptureEvent): string => `hc_${table.number}_${event}`
