/** The oldest PostgreSQL that must do, under the storage contract, where this machine has it. */
import { describe } from 'vitest'
import { hasOldest, oldestServer } from '../support/postgres-server.ts'
import { postgresGround } from './storage/postgres-ground.ts'
import { storageContract } from './storage-contract.ts'

describe.skipIf(!hasOldest)('PostgreSQL 15, as Debian installs it', () => {
  storageContract('PostgreSQL 15', () => postgresGround(oldestServer()))
})
