import { HomecomingError } from '../../core/errors.ts'
import type { CopiedTable } from '../contract.ts'
import type { SqliteDatabase } from './database.ts'
export async function copyTables(
  _from: SqliteDatabase,
  _to: { readonly path: string; readonly key?: Uint8Array },
  _tables: readonly CopiedTable[],
  _progress?: (table: string, rows: number) => void,
): Promise<void> {
  throw new HomecomingError('USAGE', 'not built yet')
}
