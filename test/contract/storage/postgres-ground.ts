/** A database of its own for each rule on PostgreSQL. */
import { postgresStorage } from '../../../src/storage/postgres/storage.ts'
import { type PostgresServer, postgresServer, testDatabase } from '../../support/postgres-server.ts'
import type { Ground } from './place.ts'

export async function postgresGround(server: Promise<PostgresServer> = postgresServer()): Promise<Ground> {
  const database = await testDatabase(await server)
  return {
    storage: postgresStorage(),
    path: `${database.address}?schema=Items`,
    dispose: () => database[Symbol.asyncDispose](),
  }
}
