/**
 * Homecoming: the public surface. Everything here is documented and kept; nothing else is promised.
 * A database is opened once and closed; every function is one step of a journey on it.
 */
import * as making from './app/crm.ts'
import { machine } from './app/wire.ts'
import { crmDictionary } from './crm/dictionary.ts'
import type { Filled } from './crm/fill.ts'
import { loadDictionary } from './dictionary/load.ts'
import type { Site } from './log/site.ts'
import type { Platform } from './platform/contract.ts'
import * as adopting from './travel/adopt.ts'
import * as creating from './travel/create.ts'
import { openSite } from './travel/open.ts'
import { installationKeyPath } from './travel/paths.ts'
import * as removing from './travel/remove.ts'
import type { PacketView } from './travel/show-packet.ts'
import * as showing from './travel/show-packet.ts'
import * as upgrading from './travel/upgrade.ts'

export type HomecomingDatabase = Site

export interface MachineOptions {
  /** Parts of the platform to replace: a clock, a source of random bytes. */
  readonly platform?: Partial<Platform>
}

export interface OpenHow {
  /** The key file: a traveller's own, or the installation's. By default the one beside the database. */
  readonly keyFile?: string
  /** How long to wait for another program that holds the database, milliseconds. */
  readonly waitFor?: number
}

// Create and open

/** Makes a new central database. @throws {HomecomingError} DATABASE_EXISTS, DICTIONARY_INVALID */
export const createCentral = (central: creating.NewCentral, options: MachineOptions = {}): Promise<void> =>
  creating.createCentral(machine(options.platform), central)

/** Makes a central database of one that an application has already: its tables stay as they are. */
export const adoptCentral = (
  central: Omit<creating.NewCentral, 'fill'>,
  options: MachineOptions = {},
): Promise<adopting.Adopted> => adopting.adoptCentral(machine(options.platform), central)

/** The folder for all that is ours beside a database: keys, prototypes, packets. */
export const homeOfDatabase = (path: string): string => machine().storage.home(path)

/** Where the key of a central database lies if nobody moved it. */
export const installationKeyOf = (path: string): string => {
  const { platform, storage } = machine()
  return installationKeyPath(platform, storage.home(path))
}

/** The place of a database without passwords: as it may be shown and noted. */
export const nameOfDatabase = (path: string): string => machine().storage.nameOf(path)

/** Opens a central or travel database. Close it with `closeDatabase`. */
export const openDatabase = (
  path: string,
  options: MachineOptions & OpenHow = {},
): Promise<HomecomingDatabase> => {
  const { platform, ...how } = options
  return openSite(machine(platform), { path, ...how })
}

/** Brings a central database of an older program up to this one; a copy is written first.
 *  @param options `saved` is asked whether there is one where a server keeps the database */
export const upgrade = (
  path: string,
  options: MachineOptions & OpenHow & Pick<upgrading.UpgradeHow, 'saved'> = {},
): Promise<upgrading.Upgraded> => {
  const { platform, ...how } = options
  return upgrading.upgrade(machine(platform), { path, ...how })
}

/** Ends a removal that was interrupted: see `remove`. @returns undefined where there is none */
export const finishRemoval = (
  path: string,
  options: MachineOptions & { readonly agreed?: (folder: string) => Promise<unknown> } = {},
): Promise<removing.Removed | undefined> =>
  removing.finishRemoval(machine(options.platform), path, options.agreed)

export const closeDatabase = (database: HomecomingDatabase): Promise<void> => database.db.close()

// Travel and people: who may leave, and where they may work

export { associates, findAssociate, grantTravel, revokeTravel } from './app/look.ts'
export { activate, activationPlan, deactivate, repairCapture } from './travel/activate.ts'
export { checkLogin, setCentralLogin } from './travel/login.ts'
export { addAssociate } from './travel/people.ts'

// Areas: who travels with which part of the data, and what a change would move

export { areaOverlaps, areaSizes } from './travel/area-sizes.ts'
export { createArea, editArea, listAreas, removeArea, showArea } from './travel/areas.ts'
export { previewArea, previewOwner, previewRecord } from './travel/preview.ts'
export { why } from './travel/why.ts'

// Leaving: a ready copy, and a person who takes it

export { goOnTravel } from './app/journey.ts'
export { areasToBuild, buildPrototype, prototypes } from './app/prototypes.ts'

// Away: packets up and down

export { defaultPackets, exchange, parentPath, readUpdates, writeUpdates } from './app/journey.ts'

// Satellites: offices in other cities, with travellers of their own

export {
  createSatellite,
  listSatellites,
  regenerateSatellite,
  retireSatellite,
  showSatellite,
  writeOffSatellite,
} from './app/satellites.ts'

// Home: three steps, or all at once

export { comeHome, finishHome, releaseHome, sealForHome } from './app/journey.ts'
export { writeOff } from './travel/write-off.ts'

// For applications: ids and visible numbers

export { takeIds, takeNumber } from './app/take.ts'

// What became of every edit

export { repairAreas, verifyAreas } from './app/areas.ts'
export { conflicts, held, inbox, log, markRead, receipts } from './app/look.ts'
export { restoreConflict } from './travel/conflicts.ts'
export { verifyDeep } from './travel/deep.ts'
export { decideHeld } from './travel/held.ts'
export { differences } from './travel/same.ts'
export { readStatus } from './travel/status.ts'
export { verify } from './travel/verify.ts'

/** What a packet says. With the database it belongs to, also what is in it. */
export const showPacket = (path: string, database?: HomecomingDatabase): Promise<PacketView> =>
  showing.showPacket(machine().platform, path, database)

// Looking after it

export { versions } from './app/versions.ts'
export { examine } from './travel/doctor.ts'
export { listFieldLevel, switchFieldLevel } from './travel/field-level.ts'
export { growDictionary } from './travel/grow.ts'
export { prune } from './travel/prune.ts'
export { remove } from './travel/remove.ts'
export { restored } from './travel/restored.ts'

// The simulator: whole worlds from seeds, and whether all was well in them

export type { SimulateOptions } from './app/simulate.ts'
export { simulate, simulateSelfTest } from './app/simulate.ts'

// A CRM: one model among others, with demo data of any size

export { fillDemo } from './app/crm.ts'
export { crmDictionary } from './crm/dictionary.ts'

/** The CRM model with its travel tables, as a database of it has them. */
export const crmTables = (): HomecomingDatabase['dictionary'] =>
  loadDictionary(crmDictionary, bytes => machine().platform.cipher.digest(bytes))

export type { Filled, FillOptions } from './crm/fill.ts'

/** A central database with the CRM model, with demo data or empty: all of it, or nothing. */
export const createCrm = (crm: making.NewCrm, options: MachineOptions = {}): Promise<Filled> =>
  making.createCrm(machine(options.platform), crm)

// Queries: an application's own SQL, for `database.db.snapshot` and `database.db.change`

export { sql } from './app/queries.ts'
export type { Value } from './core/values.ts'
export type { Query, Reading, Writing } from './storage/contract.ts'

// Errors: a code, a fact, a next action

export { REGISTRY } from './core/error-registry.ts'
export { type ErrorCode, type ErrorEntry, HomecomingError } from './core/errors.ts'
