/** SQLite under the storage contract. */
import { sqliteGround } from './storage/sqlite-ground.ts'
import { storageContract } from './storage-contract.ts'

storageContract('SQLite', sqliteGround)
