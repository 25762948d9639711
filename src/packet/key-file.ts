/**
 * Key file: one key as text that a person can recognise, and only its owner can read.
 * Shape:  a first line that says what it is, then 64 hex digits.
 * Never:  replaces a key by another.
 */
import { HomecomingError } from '../core/errors.ts'
import { sameBytes } from '../core/values.ts'
import type { Files } from '../platform/contract.ts'
import { fromHex, toHex } from '../platform/keys.ts'

const TITLE = 'Homecoming key, version 1'
const LARGEST = 4096

/**
 * Written whole, synced, owner-only from its first moment. Writing the same key again changes nothing.
 * @param what it opens, for people: "travel database of ee"
 * @throws {HomecomingError} FILE_FAILED if another key is there
 */
export async function writeKeyFile(files: Files, path: string, key: Uint8Array, what: string): Promise<void> {
  if (await files.exists(path)) {
    if (sameBytes(parse(path, await files.read(path)), key)) return
    throw new HomecomingError('FILE_FAILED', `${path} holds another key already`, { path })
  }
  const line = `${TITLE}: ${what.replace(/\s+/g, ' ')}. Whoever has this file can read the data.`
  await files.write(path, new TextEncoder().encode(`${line}\n${toHex(key)}\n`), { ownerOnly: true })
}

/** @throws {HomecomingError} KEY_MISSING, KEY_FILE_OPEN if others may read it, KEY_WRONG if it is no key file */
export async function readKeyFile(files: Files, path: string): Promise<Uint8Array> {
  if (!(await files.exists(path)))
    throw new HomecomingError('KEY_MISSING', `there is no key at ${path}`, { path })
  if (await files.openToOthers(path))
    throw new HomecomingError('KEY_FILE_OPEN', `others may read the key at ${path}`, { path })
  if ((await files.size(path)) > LARGEST) throw noKey(path)
  return parse(path, await files.read(path))
}

function parse(path: string, bytes: Uint8Array): Uint8Array {
  const [title = '', digits = '', ...rest] = new TextDecoder().decode(bytes).split(/\r?\n/)
  const isKey = title.startsWith(TITLE) && /^[0-9a-f]{64}$/i.test(digits.trim())
  if (!isKey || rest.some(line => line.trim() !== '')) throw noKey(path)
  return fromHex(digits.trim())
}

const noKey = (path: string): HomecomingError =>
  new HomecomingError('KEY_WRONG', `${path} is no key file of ours, or damaged`, { path })
