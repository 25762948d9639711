/** PostgreSQL under the storage contract. */
import { postgresGround } from './storage/postgres-ground.ts'
import { storageContract } from './storage-contract.ts'

storageContract('PostgreSQL', () => postgresGround())
