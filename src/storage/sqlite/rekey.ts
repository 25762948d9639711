/**
 * Re-key: gives a closed database file another key, and opens it under that one.
 * The journal is off: it would hold every page once more. A crash in between leaves a file that neither key opens, so
 * it is done to a copy that has not got its name yet. Nothing is synced before the key is changed either: of a file
 * that was copied just now, that would be one more pass over the disk.
 */
import { dirname } from 'node:path'
import { crashPoint } from '../../core/crash-points.ts'
import { assume } from '../../core/errors.ts'
import { SqliteDatabase } from './database.ts'
import type { DriverDatabase } from './driver.ts'
import { translated } from './driver-errors.ts'
import { syncFolder } from './new-file.ts'
import { keyText, openConnection, WRITER_SETTINGS } from './open.ts'

/** @throws {HomecomingError} KEY_WRONG, DATABASE_BUSY if anyone has the file open, DISK_FULL */
export async function rekeyDatabase(path: string, from: Uint8Array, to: Uint8Array): Promise<SqliteDatabase> {
  const driver = await openConnection(path, { key: from }, 'copy')
  try {
    changeKey(driver, to)
    letOthersIn(driver)
  } catch (error) {
    driver.close()
    throw translated(error, path)
  }
  syncFolder(dirname(path))
  return new SqliteDatabase(path, { key: to }, driver)
}

function changeKey(driver: DriverDatabase, key: Uint8Array): void {
  // Leaving WAL needs the file alone, and so does the new key.
  for (const setting of ['synchronous = OFF', 'journal_mode = DELETE']) driver.pragma(setting)
  assume(driver.pragma('journal_mode = OFF', { simple: true }) === 'off', 'a journal is kept of a new key')
  crashPoint('rekey-begun')
  driver.pragma(`rekey = ${keyText(key)}`)
  crashPoint('rekey-changed')
}

/** As `open` leaves a connection that writes. Entering WAL is a commit, and `synchronous=FULL` syncs the whole file with it. */
function letOthersIn(driver: DriverDatabase): void {
  for (const setting of ['synchronous = FULL', ...WRITER_SETTINGS]) driver.pragma(setting)
  driver.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').all()
}
