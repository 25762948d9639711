/**
 * Storages: the products there are, behind one door: a place that is an address belongs to a server, any other is a file.
 * Why:  the driver of a server is loaded when somebody names one, not before.
 */
import { HomecomingError } from '../core/errors.ts'
import type { Database, Storage } from '../storage/contract.ts'
import { dumpCommand, isPostgresAddress, readAddress } from '../storage/postgres/address.ts'
import { homeOf } from '../storage/postgres/home.ts'
import { sqliteStorage } from '../storage/sqlite/storage.ts'

export function storages(): Storage {
  const files = sqliteStorage()
  const at = async (place: string): Promise<Storage> => (onServer(place) ? postgres() : files)
  const of = ({ name }: Database): Promise<Storage> => at(name)
  return {
    databaseType: place => (place !== undefined && onServer(place) ? POSTGRESQL : files.databaseType()),
    nameOf: place => (onServer(place) ? readAddress(place).name : place),
    exists: async place => (await at(place)).exists(place),
    home: place => (onServer(place) ? homeOf(place) : files.home(place)),
    beside: place => (onServer(place) ? homeOf(place) : files.beside(place)),
    within: (place, name) => (onServer(place) ? place : files.within(place, name)),
    draft: place => (onServer(place) ? place : files.draft(place)),
    publish: async (platform, place) => (await at(place)).publish(platform, place),
    discard: async (platform, place) => (await at(place)).discard(platform, place),
    size: async database => (await of(database)).size(database),
    create: async (platform, place, fill, last) => (await at(place)).create(platform, place, fill, last),
    open: async (place, options) => (await at(place)).open(place, options),
    copyTables: async (from, to, ...how) => (await at(to.path)).copyTables(from, to, ...how),
    rekey: (...keys) => files.rekey(...keys),
    backup: async (from, path) => (await of(from)).backup(from, path),
    copyCommand: place => (onServer(place) ? dumpCommand(place) : undefined),
    version: () => files.version(),
  }
}

/** @throws {HomecomingError} SETTING_INVALID for the address of another product; it is not repeated: it may hold a password */
function onServer(place: string): boolean {
  if (isPostgresAddress(place)) return true
  const [, kind] = /^([a-z][a-z\d+.-]*):\/\//i.exec(place) ?? []
  if (kind === undefined) return false
  throw new HomecomingError(
    'SETTING_INVALID',
    `${kind}:// is no place of a database here: name a file, or postgres://user@host:5432/database?schema=sales`,
    { kind },
  )
}

/** Classic `databasetype`; ours go on from 16. */
const POSTGRESQL = 17

const postgres = async (): Promise<Storage> =>
  (await import('../storage/postgres/storage.ts')).postgresStorage()
