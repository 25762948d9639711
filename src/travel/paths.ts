/** Where things lie: everything of ours beside the database, and the folder that a traveller carries. */
import type { Site } from '../log/site.ts'
import type { Platform } from '../platform/contract.ts'

/** @param home the folder of the database: see `Storage.home` */
export const installationKeyPath = (platform: Platform, home: string): string =>
  platform.files.join(home, 'installation.key')

/** A child's own copy of its release: who has it is home, or about to be. */
export const releasePath = (platform: Platform, home: string): string =>
  platform.files.join(home, 'release.dwn')

export const TRAVEL_DATABASE = 'travel.db'
export const TRAVEL_KEY = 'travel.key'
export const TRAVEL_PACKETS = 'packets'

/** The key file that belongs to a travel database. */
export const travelKeyPath = (platform: Platform, path: string): string =>
  platform.files.join(platform.files.parent(path), TRAVEL_KEY)
/** Where the packets of a child lie if nobody names a folder. */
export const packetsFolder = ({ platform, storage, path }: Site): string =>
  platform.files.join(storage.beside(path), TRAVEL_PACKETS)

/** The setting in which a travel database notes where its parent was when it left. */
export const PARENT_PATH = 'parent-path'
