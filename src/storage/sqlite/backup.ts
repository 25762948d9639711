/** Backup: a consistent copy of a database in use, under the same key, compact, synced. */
import { HomecomingError } from '../../core/errors.ts'
import type { SqliteDatabase } from './database.ts'
export async function backupDatabase(_from: SqliteDatabase, _path: string): Promise<void> {
  throw new HomecomingError('USAGE', 'not built yet')
}
