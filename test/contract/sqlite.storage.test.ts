/** SQLite under the storage contract. */
import { sqliteGround } from './storage/sqlite-ground.ts'
import { fileContract, storageContract } from './storage-contract.ts'

storageContract('SQLite', sqliteGround)
fileContract('SQLite', sqliteGround)
