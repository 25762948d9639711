import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Data that lies beside the repository and is not part of it; tests that need it skip with this reason. */
export const SHARED_DATA_ABSENT = '../shared/data is absent'

export const sharedDataPath = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url))

export const hasSharedData = (name: string): boolean => existsSync(sharedDataPath(name))

export const readSharedJson = (name: string): unknown =>
  JSON.parse(readFileSync(sharedDataPath(name), 'utf8'))
