import { createHash } from 'node:crypto'

/** SHA-256, as the platform gives it to the engine. */
export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest())
