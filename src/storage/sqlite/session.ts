/**
 * Session: one row in `hc_session` that the capture triggers read: who acts, whether capture is on, the test clock.
 * Role:  set inside a transaction and reset before it commits, so that no other connection ever sees it.
 * Never: temporary or in memory: a bare SQL shell has to find it too.
 * An outside program names its associate with `UPDATE hc_session SET associate_id = ...` in its transaction.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { CaptureMode } from '../contract.ts'

const TABLE = `CREATE TABLE IF NOT EXISTS hc_session (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  associate_id INTEGER,
  default_associate INTEGER NOT NULL,
  capture INTEGER NOT NULL DEFAULT 1,
  now INTEGER,
  closed INTEGER NOT NULL DEFAULT 0
)`

/** Creates the row where it is missing; what is set in it stays. */
export function createSession(db: Database, defaultAssociate: number): void {
  db.exec(TABLE)
  db.prepare(
    `INSERT INTO hc_session (id, default_associate) VALUES (1, ?)
     ON CONFLICT (id) DO UPDATE SET default_associate = excluded.default_associate`,
  ).run(defaultAssociate)
}

export function hasSession(db: Database): boolean {
  return (
    db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'hc_session'`).get() !== undefined
  )
}

/** `capture` in the row: 0 off, 1 on, 2 applying. The guards against foreign ids and closed children ask for 1. */
const MODES: Readonly<Record<CaptureMode, number>> = { off: 0, on: 1, applying: 2 }

export function setCapture(db: Database, mode: CaptureMode): void {
  db.prepare('UPDATE hc_session SET capture = ?').run(MODES[mode])
}

/** @param associate null: the configured default */
export function setActor(db: Database, associate: number | null): void {
  db.prepare('UPDATE hc_session SET associate_id = ?').run(associate)
}

/** Before every commit: nobody acts, capture is on. Writes nothing where that is so already. */
export function resetSession(db: Database): void {
  db.prepare(
    'UPDATE hc_session SET associate_id = NULL, capture = 1 WHERE associate_id IS NOT NULL OR capture <> 1',
  ).run()
}
