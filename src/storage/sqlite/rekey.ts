/**
 * Re-key: gives a closed database file another key.
 * The journal is off: it would hold every page twice. A crash in between leaves a file that neither key opens, so
 * it is done to a copy that has not got its name yet.
 */
import { translated } from './driver-errors.ts'
import { syncFile } from './new-file.ts'
import { keyText, openConnection } from './open.ts'

/** @throws {HomecomingError} KEY_WRONG, DATABASE_BUSY if anyone has the file open, DISK_FULL */
export async function rekeyDatabase(path: string, from: Uint8Array, to: Uint8Array): Promise<void> {
  const db = await openConnection(path, { key: from }, 'copy')
  try {
    // Leaving WAL needs the file alone, and so does what follows.
    for (const setting of ['locking_mode = EXCLUSIVE', 'journal_mode = DELETE', 'journal_mode = OFF']) {
      db.pragma(setting)
    }
    db.pragma('synchronous = OFF')
    db.pragma(`rekey = ${keyText(to)}`)
  } catch (error) {
    throw translated(error, path)
  } finally {
    db.close()
  }
  syncFile(path)
}
