/**
 * Wire: the only place that names concrete adapters.
 */

import type { Carrier } from '../carrier/contract.ts'
import { folderCarrier } from '../carrier/folder/folder-carrier.ts'
import type { Site } from '../log/site.ts'
import { tripFolder } from '../packet/names.ts'
import type { Platform } from '../platform/contract.ts'
import { nodePlatform } from '../platform/node/node-platform.ts'
import type { Machine } from '../travel/create.ts'
import { storages } from './storages.ts'

/** @param platform parts to replace: a test's clock, a seeded random */
export function machine(platform: Partial<Platform> = {}): Machine {
  return { platform: nodePlatform(platform), storage: storages() }
}

/** A shared folder that holds one sub-folder per journey. */
export const journeyCarrier = (site: Site, folder: string, trip: { name: string; tag: string }): Carrier =>
  folderCarrier(site.platform.files, site.platform.files.join(folder, tripFolder(trip.name, trip.tag)))
