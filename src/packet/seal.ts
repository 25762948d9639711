/**
 * Seal: binds each frame to its packet, its place and whether it is the last, under the link's key or a digest.
 * Role:  packed bytes in, sealed bytes out, and back. Mode 0 finds damage, modes 1 and 2 find forgery too.
 * Never: compresses, or knows what is in a frame.
 * Format: docs/packet-format.md. Change both or neither.
 */
import { sameBytes } from '../core/values.ts'
import type { Cipher } from '../platform/contract.ts'

const PURPOSE = 'homecoming packet v1'
const CHECK_PURPOSE = 'homecoming packet v1 key check'
const CHECK_LENGTH = 16
const DIGEST_LENGTH = 32
/** The most bytes that sealing adds to a frame. */
export const SEAL_LENGTH = DIGEST_LENGTH

/** Where a frame stands: its index from 0 (the head), and whether it is the last (the trailer). */
export interface Place {
  readonly index: number
  readonly last: boolean
}

export interface Seal {
  seal(packed: Uint8Array, place: Place): Uint8Array
  /** @returns undefined if it was altered, moved, or comes from another packet */
  open(sealed: Uint8Array, place: Place): Uint8Array | undefined
}

/** @param labelDigest of the packet that the frames belong to */
export function sealFor(
  cipher: Cipher,
  key: Uint8Array | undefined,
  salt: Uint8Array,
  labelDigest: Uint8Array,
): Seal {
  if (key === undefined) return digestSeal(cipher, labelDigest)
  return cipherSeal(cipher, cipher.derive(key, salt, PURPOSE), labelDigest)
}

/** A mark of the key that does not reveal it: it stands in the label. */
export function keyCheck(cipher: Cipher, key: Uint8Array | undefined, salt: Uint8Array): Uint8Array {
  if (key === undefined) return new Uint8Array()
  return cipher.derive(key, salt, CHECK_PURPOSE).slice(0, CHECK_LENGTH)
}

/** The key is new for every packet, so the index alone makes a nonce that never comes again. */
function cipherSeal(cipher: Cipher, key: Uint8Array, labelDigest: Uint8Array): Seal {
  return {
    seal: (packed, place) => cipher.seal(key, nonceOf(place), packed, placed(labelDigest, place)),
    open: (sealed, place) => cipher.open(key, nonceOf(place), sealed, placed(labelDigest, place)),
  }
}

function digestSeal(cipher: Cipher, labelDigest: Uint8Array): Seal {
  const digestOf = (packed: Uint8Array, place: Place): Uint8Array => {
    const hasher = cipher.hasher()
    hasher.update(placed(labelDigest, place))
    hasher.update(packed)
    return hasher.digest()
  }
  return {
    seal: (packed, place) => joined(digestOf(packed, place), packed),
    open(sealed, place) {
      if (sealed.length < DIGEST_LENGTH) return undefined
      const packed = sealed.subarray(DIGEST_LENGTH)
      return sameBytes(sealed.subarray(0, DIGEST_LENGTH), digestOf(packed, place)) ? packed : undefined
    },
  }
}

/** What every frame vouches for besides its own bytes. */
function placed(labelDigest: Uint8Array, place: Place): Uint8Array {
  const bytes = new Uint8Array(labelDigest.length + 9)
  bytes.set(labelDigest)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(labelDigest.length, BigInt(place.index))
  view.setUint8(labelDigest.length + 8, place.last ? 1 : 0)
  return bytes
}

function nonceOf(place: Place): Uint8Array {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setBigUint64(4, BigInt(place.index))
  return nonce
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}
