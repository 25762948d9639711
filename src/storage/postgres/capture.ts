/** Capture on PostgreSQL: not built yet. */
import { HomecomingError } from '../../core/errors.ts'
import type { CapturePlan } from '../contract.ts'
import type { Connection } from './connection.ts'

export async function installCapture(connection: Connection, _plan: CapturePlan): Promise<void> {
  throw new HomecomingError('USAGE', `capture in ${connection.name} is not built yet`)
}

export async function removeCapture(_connection: Connection): Promise<void> {}

export async function missingCapture(_connection: Connection, _plan: CapturePlan): Promise<string[]> {
  return ['capture']
}
