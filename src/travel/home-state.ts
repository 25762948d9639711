/** Whether a child has been sealed for homecoming. */
import { sql } from 'kysely'
import type { Reading } from '../storage/contract.ts'

export async function isClosed(read: Reading): Promise<boolean> {
  return (await read.row(sql<{ closed: number }>`select closed from hc_session`))?.closed === 1
}
