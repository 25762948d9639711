/**
 * Node platform: the machine as Node offers it.
 * Role:  wires compression, cipher, random, clock and files of `node:` modules into one Platform.
 * Never: keeps state of its own, or is imported by the engine (which sees platform/contract.ts only).
 */
import { randomBytes } from 'node:crypto'
import type { Platform } from '../contract.ts'
import { nodeCipher } from './cipher.ts'
import { nodeCompression } from './compression.ts'
import { nodeFiles } from './files.ts'
import { plainBytes } from './plain-bytes.ts'

/** @param overrides parts to put in place of Node's own: an injected clock or random, for example */
export function nodePlatform(overrides: Partial<Platform> = {}): Platform {
  return {
    compression: nodeCompression,
    cipher: nodeCipher,
    random: { bytes: count => plainBytes(randomBytes(count)) },
    clock: { now: () => Math.floor(Date.now() / 1000) },
    files: nodeFiles,
    ...overrides,
  }
}
