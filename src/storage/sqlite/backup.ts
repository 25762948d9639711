/**
 * Backup: a consistent copy of a database in use, under the same key, compact, safe on disk when it returns.
 * VACUUM INTO reads one snapshot and leaves free pages behind; nobody who writes is blocked.
 */
import { text } from './capture-sql.ts'
import type { SqliteDatabase } from './database.ts'
import { newFile } from './new-file.ts'

/** @throws {HomecomingError} DATABASE_EXISTS, DISK_FULL; nothing is left then */
export async function backupDatabase(from: SqliteDatabase, path: string): Promise<void> {
  await newFile(path, async () => {
    await from.beside(`${from.name} (backed up to ${path})`, async connection =>
      connection.execute(`VACUUM INTO ${text(path)}`),
    )
  })
}
