/**
 * Pass: a child's own link, sealed under the installation key, which the child carries and cannot read (SPEC 10, "After a
 * break"). A parent that was restored from before the child left takes the link up again from it.
 */
import type { Site } from '../log/site.ts'
import type { Link } from '../packet/link.ts'
import { decode } from '../packet/msgpack-reader.ts'
import { encode } from '../packet/msgpack-writer.ts'
import { deriveKey, fromHex, toHex } from '../platform/keys.ts'

/** The setting of a child that holds it. */
export const PASS = 'pass'

const NONCE = 12
const BOUND = new TextEncoder().encode('homecoming pass v1')

const keyOf = (site: Site): Uint8Array => deriveKey(site.platform, site.key, 'passes')

/** @returns what the child keeps in its settings */
export function passOf(site: Site, link: Link): string {
  const nonce = site.platform.random.bytes(NONCE)
  const sealed = site.platform.cipher.seal(keyOf(site), nonce, encode({ ...link }), BOUND)
  return toHex(nonce) + toHex(sealed)
}

/** @returns undefined if it was sealed under another key, or altered */
export function openPass(site: Site, pass: string): Link | undefined {
  const bytes = fromHex(pass)
  const [nonce, sealed] = [bytes.subarray(0, NONCE), bytes.subarray(NONCE)]
  const plain = site.platform.cipher.open(keyOf(site), nonce, sealed, BOUND)
  return plain && (decode(plain) as Link)
}
