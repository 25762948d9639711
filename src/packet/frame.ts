/**
 * Frame: one block of a packet's contents, packed once and shared by everybody who gets the same.
 * Shape:  [kind, body] as MessagePack, compressed. Kind 0 is the container's own: head and trailer.
 * Never:  knows what a kind means.
 */
import { assume, HomecomingError } from '../core/errors.ts'
import type { Platform } from '../platform/contract.ts'
import { decode } from './msgpack-reader.ts'
import { encode } from './msgpack-writer.ts'

/** A frame holds at most this much, unpacked: a reader must hold one whole. */
export const LARGEST_FRAME = 128 * 1024 * 1024
/** Compression may add a little to what does not compress. */
export const LARGEST_PACKED = LARGEST_FRAME + LARGEST_FRAME / 128
export const OWN_KIND = 0

export interface Frame {
  /** 1 and up; what it means is not the container's business. */
  readonly kind: number
  /** Arrays, plain objects and values; arrays are quickest. */
  readonly body: unknown
}

/** Encoded and compressed: everything but sealing, which is each packet's own. */
export interface PackedFrame {
  readonly packed: Uint8Array
  /** Bytes before compression. */
  readonly size: number
}

/** @throws {HomecomingError} VALUE_REFUSED if it is too large for any reader */
export function packFrame(platform: Platform, frame: Frame): PackedFrame {
  assume(Number.isSafeInteger(frame.kind) && frame.kind > OWN_KIND, `a frame of kind ${frame.kind}`)
  return pack(platform, frame)
}

/** Head and trailer. */
export const packOwnFrame = (platform: Platform, body: unknown): PackedFrame =>
  pack(platform, { kind: OWN_KIND, body })

function pack(platform: Platform, { kind, body }: Frame): PackedFrame {
  const bytes = encode([kind, body])
  if (bytes.length > LARGEST_FRAME) {
    const fact = `a block of ${bytes.length} bytes does not fit into a packet (at most ${LARGEST_FRAME})`
    throw new HomecomingError('VALUE_REFUSED', fact, { bytes: bytes.length, most: LARGEST_FRAME })
  }
  return { packed: platform.compression.compress(bytes), size: bytes.length }
}

/** @throws {Error} if the bytes are no frame */
export function unpackFrame(platform: Platform, packed: Uint8Array): Frame & { readonly size: number } {
  const bytes = platform.compression.decompress(packed, LARGEST_FRAME)
  const value = decode(bytes)
  if (!Array.isArray(value) || value.length !== 2 || !Number.isSafeInteger(value[0]))
    throw new Error('a frame is a kind and a body')
  return { kind: value[0], body: value[1], size: bytes.length }
}
