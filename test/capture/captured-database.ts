/**
 * A database with capture for these tests: a small model, the log, the sequence, and readable answers.
 * On the raw driver, without the adapter: what any program would see.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver, { type Database } from 'better-sqlite3-multiple-ciphers'
import { capturePlan } from '../../src/capture/plan.ts'
import { firstId } from '../../src/core/ids.ts'
import type { Dictionary, Field, Table, Travels } from '../../src/dictionary/model.ts'
import { logTypeName } from '../../src/log/types.ts'
import type { CapturePlan, LogRow } from '../../src/storage/contract.ts'
import { installCapture } from '../../src/storage/sqlite/capture.ts'
import { logSource } from '../../src/storage/sqlite/log-source.ts'

const BOTH: Travels = { down: true, up: true, prototype: true, area: false }
const id = (name: string, more: Partial<Field> = {}): Field => ({ name, type: 'id', ...more })
const text = (name: string): Field => ({ name, type: 'text' })
const int = (name: string, more: Partial<Field> = {}): Field => ({ name, type: 'int32', ...more })
const owner = { role: 'owner' } as const

const contact: Table = {
  name: 'contact',
  number: 5,
  travels: BOTH,
  fields: [
    id('contact_id'),
    text('name'),
    id('associate_id', owner),
    int('category'),
    int('sales', { derived: true }),
  ],
}
const sale: Table = {
  name: 'sale',
  number: 13,
  travels: BOTH,
  fields: [
    id('sale_id'),
    text('heading'),
    id('associate_id', owner),
    id('contact_id', { role: 'contact' }),
    id('project_id', { role: 'project' }),
  ],
}
/** Two unique keys, one of them ignoring case and of two fields. */
const code: Table = {
  name: 'code',
  number: 61,
  travels: BOTH,
  fields: [id('code_id'), text('name'), int('rank'), text('note'), id('associate_id', owner)],
}
const voyage: Table = {
  name: 'voyage',
  number: 310,
  travels: BOTH,
  travelPrefix: 0x75,
  fields: [id('voyage_id'), id('captain_id', owner), id('engineer_id', owner), text('port')],
}
const wide: Table = {
  name: 'wide',
  number: 400,
  travels: BOTH,
  fields: [id('wide_id'), ...Array.from({ length: 120 }, (_, index) => int(`f${index + 1}`))],
}
/** Kept at the parent. */
const country: Table = {
  name: 'country',
  number: 19,
  travels: { ...BOTH, up: false },
  fields: [id('country_id'), text('name')],
}
const oddly: Table = {
  name: `o'dd "ly`,
  number: 500,
  travels: BOTH,
  fields: [id('or"der'), text(`va'lue`), id('group', owner)],
}

export const MODEL: Dictionary = {
  name: 'capture tests',
  version: 1,
  parts: { associate: { table: 'country', name: 'name' } },
  tables: [contact, sale, code, voyage, wide, country, oddly],
}

const SCHEMA = `
  CREATE TABLE contact (contact_id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE NOT NULL DEFAULT '',
    associate_id INTEGER, category INTEGER DEFAULT 0, sales INTEGER DEFAULT 0);
  CREATE TABLE sale (sale_id INTEGER PRIMARY KEY, heading TEXT, associate_id INTEGER,
    contact_id INTEGER REFERENCES contact ON DELETE CASCADE ON UPDATE CASCADE, project_id INTEGER);
  CREATE TABLE code (code_id INTEGER PRIMARY KEY, name TEXT, rank INTEGER UNIQUE, note TEXT, associate_id INTEGER);
  CREATE UNIQUE INDEX code_name ON code (name COLLATE NOCASE);
  CREATE TABLE voyage (voyage_id INTEGER PRIMARY KEY, captain_id INTEGER, engineer_id INTEGER, port TEXT);
  CREATE TABLE wide (wide_id INTEGER PRIMARY KEY, ${wide.fields.slice(1).map(field => `${field.name} INTEGER`)});
  CREATE TABLE country (country_id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE "o'dd ""ly" ("or""der" INTEGER PRIMARY KEY, "va'lue" TEXT, "group" INTEGER);
  CREATE TABLE traveltransactionlog (traveltransactionlog_id INTEGER PRIMARY KEY, ttime INTEGER NOT NULL,
    prev_record_id INTEGER NOT NULL, type INTEGER NOT NULL, associate_id INTEGER NOT NULL,
    tablenumber INTEGER NOT NULL, record_id INTEGER NOT NULL, flags INTEGER, application_id INTEGER,
    origin_id INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE sequence (id INTEGER PRIMARY KEY, next_id INTEGER, tablename TEXT, tablenumber INTEGER);
  INSERT INTO sequence VALUES (39, 1, 'traveltransactionlog', 29);
  CREATE TABLE hc_version (tablenumber INTEGER, record_id INTEGER, PRIMARY KEY (tablenumber, record_id));
`

export interface Where {
  readonly child?: boolean
  /** Absent in a child: a traveller. */
  readonly prefix?: number
  readonly fieldLevel?: readonly string[]
  /** Rows that are there before capture is. */
  readonly before?: string
}

export const DEFAULT_ASSOCIATE = 1

export function planFor({ child = false, prefix, fieldLevel = [] }: Where): CapturePlan {
  const at = prefix ?? (child ? undefined : 0)
  return capturePlan(
    {
      dictionary: MODEL,
      captured: MODEL.tables,
      goesUp: table => table.travels.up,
      table: name => MODEL.tables.find(table => table.name === name)!,
    },
    {
      child,
      ...(at === undefined ? {} : { prefix: at }),
      defaultAssociate: DEFAULT_ASSOCIATE,
      fieldLevel: new Set(fieldLevel),
    },
  )
}

export class CapturedDatabase implements Disposable {
  readonly path: string
  readonly db: Database
  readonly plan: CapturePlan
  readonly #folder = mkdtempSync(join(tmpdir(), 'homecoming-capture-'))

  constructor(where: Where = {}) {
    this.path = join(this.#folder, 'database.db')
    this.db = new Driver(this.path)
    this.db.pragma('journal_mode = WAL')
    this.db.pragma('synchronous = OFF')
    this.db.pragma('temp_store = memory')
    this.db.exec(SCHEMA + (where.before ?? ''))
    this.plan = planFor(where)
    for (const { table } of this.plan.tables) {
      const prefix = this.plan.prefix ?? table.travelPrefix ?? 0x7e
      this.db
        .prepare('INSERT INTO sequence VALUES (?, ?, ?, ?)')
        .run(table.number + 10, firstId(prefix), table.name, table.number)
    }
    installCapture(this.db, this.plan)
    this.db.exec('UPDATE hc_session SET now = 1000')
  }

  run(sql: string): void {
    this.db.exec(sql)
  }

  all<T = Record<string, unknown>>(sql: string): T[] {
    return this.db.prepare(sql).all() as T[]
  }

  value<T = number>(sql: string): T {
    return this.db.prepare(sql).pluck().get() as T
  }

  /** What the reader gets now, in words: "Update contact 7", with the previous value or mask in parentheses. */
  async news(limit = 1000): Promise<string[]> {
    return (await logSource(this.db).readNew(limit)).map(inWords)
  }

  [Symbol.dispose](): void {
    this.db.close()
    rmSync(this.#folder, { recursive: true })
  }
}

export function inWords(row: LogRow): string {
  const table = MODEL.tables.find(({ number }) => number === row.table)?.name ?? String(row.table)
  const previous = row.previous === 0 ? '' : ` (${row.previous})`
  const flags = row.flags === 0 ? '' : ` field ${row.flags}`
  return `${logTypeName(row.type)} ${table} ${row.record}${previous}${flags}`
}
