/** A database of its own for each rule on PostgreSQL, and a folder for the files that are copied out of it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storages } from '../../../src/app/storages.ts'
import { type PostgresServer, postgresServer, testDatabase } from '../../support/postgres-server.ts'
import type { Ground } from './place.ts'

export async function postgresGround(server: Promise<PostgresServer> = postgresServer()): Promise<Ground> {
  const database = await testDatabase(await server)
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-storage-'))
  return {
    storage: storages(),
    path: `${database.address}?schema=Items`,
    folder,
    async dispose() {
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
