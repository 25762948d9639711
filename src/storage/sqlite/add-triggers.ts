/**
 * Add triggers: many of them in one go, by writing SQLite's own table of definitions.
 * Why:   CREATE TRIGGER parses its text twice and looks through the whole schema for it each time: with the 390 triggers
 *        of a child half of what it costs to prepare a prototype.
 * Safe:  inside the caller's transaction; the schema is read anew before that can commit, so that SQLite has parsed every
 *        text, and other connections are told.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Trigger } from './capture-sql.ts'

const ADD = `INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('trigger', ?, ?, 0, ?)`

/** @param triggers none of which is there */
export function addTriggers(db: Database, triggers: readonly Trigger[]): void {
  if (triggers.length === 0) return
  // Elsewhere in the library's safe mode, in which nobody may write definitions.
  db.unsafeMode(true)
  db.pragma('writable_schema = ON')
  try {
    const add = db.prepare(ADD)
    for (const { name, table, sql } of triggers) add.run(name, table, sql)
    const version = db.pragma('schema_version', { simple: true }) as number
    db.pragma(`schema_version = ${version + 1}`)
  } finally {
    db.pragma('writable_schema = RESET')
  }
  db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
}
