/**
 * Storage on PostgreSQL: opens schemas of databases that a server keeps.
 * Driver: pg, in plain JavaScript; why: docs/decisions/0022-postgresql.md.
 */
import { createRequire } from 'node:module'
import { HomecomingError } from '../../core/errors.ts'
import type { OpenOptions, Storage } from '../contract.ts'
import { dumpCommand, readAddress } from './address.ts'
import { createDatabase, databaseExists, discardDraft, publishDraft, sizeOf } from './create.ts'
import { PostgresDatabase } from './database.ts'
import { homeOf } from './home.ts'
import { receiveTables } from './receive-tables.ts'

/** Classic `databasetype`; ours go on from 16. */
const POSTGRESQL = 17
/** Copies are files of SQLite. */
const BUILT_IN = 4

export function postgresStorage(): Storage {
  return {
    databaseType: path => (path === undefined ? BUILT_IN : POSTGRESQL),
    nameOf: path => readAddress(path).name,
    exists: databaseExists,
    home: homeOf,
    beside: homeOf,
    within: place => place,
    draft: place => place,
    publish: (_files, path) => publishDraft(path),
    discard: (_files, path) => discardDraft(path),
    size: sizeOf,
    create: createDatabase,
    open: (path: string, options: OpenOptions = {}) => PostgresDatabase.open(path, options),
    copyTables: receiveTables,
    rekey: path => refused(`${readAddress(path).name} has no key of its own: the server keeps it`),
    backup: from => refused(`${from.name} is kept by a server: use \`pg_dump\``),
    copyCommand: dumpCommand,
    version: driverVersion,
  }
}

function driverVersion(): string {
  const { version } = createRequire(import.meta.url)('pg/package.json') as { version: string }
  return `pg ${version}`
}

async function refused(fact: string): Promise<never> {
  throw new HomecomingError('USAGE', fact)
}
