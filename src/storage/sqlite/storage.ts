/**
 * Storage on SQLite: opens, copies and re-keys database files.
 * Driver: better-sqlite3-multiple-ciphers, plain and encrypted; why: docs/decisions/0003-sqlite-driver-and-pragmas.md.
 */
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { assume } from '../../core/errors.ts'
import type { CopiedTable, Database, OpenOptions, Storage } from '../contract.ts'
import { removeDatabase } from '../remove-database.ts'
import { backupDatabase } from './backup.ts'
import { copyTables } from './copy-tables.ts'
import { createDatabase, draftOf, publish } from './create.ts'
import { SqliteDatabase } from './database.ts'
import { driverVersion } from './driver.ts'
import { receiveTables } from './receive-tables.ts'
import { rekeyDatabase } from './rekey.ts'

/** Classic `databasetype`: the built-in database. */
const BUILT_IN = 4

export function sqliteStorage(): Storage {
  return {
    databaseType: () => BUILT_IN,
    nameOf: path => path,
    exists: async path => existsSync(path),
    home: path => `${path}.homecoming`,
    beside: dirname,
    within: join,
    draft: draftOf,
    publish,
    discard: (files, path) => removeDatabase(files, draftOf(path)),
    size: async database => statSync(database.name).size,
    create: createDatabase,
    open: (path: string, options: OpenOptions = {}) => SqliteDatabase.open(path, options),
    copyTables: (from, to, tables: readonly CopiedTable[], progress, finish) =>
      from instanceof SqliteDatabase
        ? copyTables(from, to, tables, progress, finish)
        : receiveTables(from, to, tables, progress, finish),
    rekey: rekeyDatabase,
    backup: (from, path) => backupDatabase(ours(from), path),
    copyCommand: () => undefined,
    version: driverVersion,
  }
}

function ours(database: Database): SqliteDatabase {
  assume(database instanceof SqliteDatabase, `${database.name} was opened by another storage`)
  return database
}
