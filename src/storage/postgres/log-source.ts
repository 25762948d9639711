/** Log source on PostgreSQL: not built yet. */
import { HomecomingError } from '../../core/errors.ts'
import type { LogSource } from '../contract.ts'
import type { Connection } from './connection.ts'

export function logSource(connection: Connection): LogSource {
  throw new HomecomingError('USAGE', `the log of ${connection.name} is not built yet`)
}
