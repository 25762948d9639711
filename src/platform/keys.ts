/**
 * Keys: making, wrapping and deriving. A key is 32 random bytes, a tag 16.
 * Never: writes a key anywhere; key-file.ts does.
 */
import { HomecomingError } from '../core/errors.ts'
import type { Tag } from '../core/ids.ts'
import type { Platform } from '../platform/contract.ts'

export const KEY_LENGTH = 32
const TAG_LENGTH = 16
const NONCE_LENGTH = 12
const WRAPPED = new TextEncoder().encode('homecoming wrapped key v1')
const NO_SALT = new Uint8Array()

/**
 * What a key is used for. No two uses share bytes.
 *   database: encrypts the travel database at rest
 *   installation packets: packets of mode 1, so that a child never holds the installation key itself
 *   passes: what a child carries for a parent that has forgotten it
 */
export type KeyPurpose = 'database' | 'installation packets' | 'passes'

export const newKey = (platform: Platform): Uint8Array => platform.random.bytes(KEY_LENGTH)

export const newTag = (platform: Platform): Tag => toHex(platform.random.bytes(TAG_LENGTH))

export const deriveKey = (platform: Platform, key: Uint8Array, purpose: KeyPurpose): Uint8Array =>
  platform.cipher.derive(key, NO_SALT, `homecoming ${purpose} v1`)

/** @param under the installation key. @returns nonce and sealed key: safe to store in a table */
export function wrapKey(platform: Platform, under: Uint8Array, key: Uint8Array): Uint8Array {
  const nonce = platform.random.bytes(NONCE_LENGTH)
  const sealed = platform.cipher.seal(under, nonce, key, WRAPPED)
  const wrapped = new Uint8Array(NONCE_LENGTH + sealed.length)
  wrapped.set(nonce)
  wrapped.set(sealed, NONCE_LENGTH)
  return wrapped
}

/** @throws {HomecomingError} KEY_WRONG if it was wrapped under another key, or altered */
export function unwrapKey(platform: Platform, under: Uint8Array, wrapped: Uint8Array): Uint8Array {
  const [nonce, sealed] = [wrapped.subarray(0, NONCE_LENGTH), wrapped.subarray(NONCE_LENGTH)]
  const key = platform.cipher.open(under, nonce, sealed, WRAPPED)
  if (key?.length !== KEY_LENGTH) {
    throw new HomecomingError('KEY_WRONG', 'a stored key was wrapped under another installation key')
  }
  return key
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

export const fromHex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
