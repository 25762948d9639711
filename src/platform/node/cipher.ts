/** Cipher: AES-256-GCM, HKDF-SHA-256 and SHA-256 of node:crypto. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import type { Cipher } from '../contract.ts'
import { plainBytes } from './plain-bytes.ts'

const ALGORITHM = 'aes-256-gcm'
const TAG_LENGTH = 16
const KEY_LENGTH = 32

export const nodeCipher: Cipher = {
  seal(key, nonce, plain, authenticated) {
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(authenticated)
    const sealed = new Uint8Array(plain.length + TAG_LENGTH)
    sealed.set(cipher.update(plain))
    cipher.final()
    sealed.set(cipher.getAuthTag(), plain.length)
    return sealed
  },
  open(key, nonce, sealed, authenticated) {
    if (sealed.length < TAG_LENGTH) return undefined
    const end = sealed.length - TAG_LENGTH
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_LENGTH })
    decipher.setAAD(authenticated).setAuthTag(sealed.subarray(end))
    const plain = decipher.update(sealed.subarray(0, end))
    return isAuthentic(decipher) ? plainBytes(plain) : undefined
  },
  derive(key, salt, purpose) {
    return new Uint8Array(hkdfSync('sha256', key, salt, purpose, KEY_LENGTH))
  },
  digest(bytes) {
    return plainBytes(createHash('sha256').update(bytes).digest())
  },
  hasher() {
    const hash = createHash('sha256')
    return {
      update: bytes => void hash.update(bytes),
      digest: () => plainBytes(hash.digest()),
    }
  },
}

/** `final` throws for one reason only in GCM: the tag does not match. */
function isAuthentic(decipher: { final(): unknown }): boolean {
  try {
    decipher.final()
    return true
  } catch {
    return false
  }
}
