/**
 * Label: the clear beginning of a packet: what it is, whose, and how it is sealed.
 * Role:  stays readable for ever, also in formats to come, so that any version can say "too new" instead of "damaged".
 * Shape: magic | format | length | body | SHA-256 of all before it. That digest is authenticated by every frame.
 * Format: docs/packet-format.md. Change both or neither.
 */
import { assume, HomecomingError } from '../core/errors.ts'
import type { Tag } from '../core/ids.ts'
import { sameBytes } from '../core/values.ts'
import type { FileReader, Platform } from '../platform/contract.ts'
import { ByteSource } from './byte-source.ts'
import { decode } from './msgpack-reader.ts'
import { encode } from './msgpack-writer.ts'

/** The newest format that this program writes and reads. */
export const PACKET_FORMAT = 1

export interface PacketLabel {
  readonly format: number
  readonly direction: 'up' | 'dwn'
  readonly number: number
  readonly sender: Tag
  readonly receiver: Tag
  /** 0 not encrypted, 1 the installation's key, 2 the child's own key. */
  readonly mode: 0 | 1 | 2
}

/** What the frames are sealed with, besides the key. */
export interface Sealing {
  readonly salt: Uint8Array
  /** Tells a wrong key from a damaged packet; empty in mode 0. */
  readonly keyCheck: Uint8Array
}

export interface ReadLabel {
  readonly label: PacketLabel
  readonly sealing: Sealing
  readonly digest: Uint8Array
}

/** Like PNG's: a transfer that mends line ends or drops the eighth bit is noticed at once. */
const MAGIC = new Uint8Array([0x89, 0x48, 0x43, 0x50, 0x0d, 0x0a, 0x1a, 0x0a])
const START_LENGTH = MAGIC.length + 4
const DIGEST_LENGTH = 32
const SALT_LENGTH = 32
const CHECK_LENGTH = 16

/** @returns the bytes of the label and their digest */
export function encodeLabel(
  platform: Platform,
  label: PacketLabel,
  sealing: Sealing,
): [Uint8Array, Uint8Array] {
  assume(isLabel(label) && label.format === PACKET_FORMAT, 'the label of a packet is complete')
  const { direction, number, sender, receiver, mode } = label
  const body = encode([direction, number, sender, receiver, mode, sealing.salt, sealing.keyCheck])
  const bytes = new Uint8Array(START_LENGTH + body.length + DIGEST_LENGTH)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint16(MAGIC.length, label.format)
  view.setUint16(MAGIC.length + 2, body.length)
  bytes.set(body, START_LENGTH)
  const digest = platform.cipher.digest(bytes.subarray(0, START_LENGTH + body.length))
  bytes.set(digest, START_LENGTH + body.length)
  return [bytes, digest]
}

/**
 * Whose packet is this? Reads the label and nothing more; says nothing about the frames.
 * @throws {HomecomingError} PACKET_INVALID, PACKET_DAMAGED, PACKET_TOO_NEW
 */
export async function readLabel(platform: Platform, reader: FileReader): Promise<PacketLabel> {
  const { label } = await readLabelFrom(platform, new ByteSource(platform, reader, 'the packet'))
  return label
}

export async function readLabelFrom(platform: Platform, source: ByteSource): Promise<ReadLabel> {
  const start = await readStart(source)
  const view = new DataView(start.buffer, start.byteOffset)
  const format = view.getUint16(MAGIC.length)
  const body = await source.take(view.getUint16(MAGIC.length + 2))
  const digest = await source.take(DIGEST_LENGTH)
  if (!sameBytes(digest, labelDigest(platform, start, body))) throw source.damaged('its label was altered')
  if (format > PACKET_FORMAT) throw tooNew(source.name, format)
  return { ...parseBody(source, format, body), digest }
}

async function readStart(source: ByteSource): Promise<Uint8Array> {
  const start = await source.takeUpTo(START_LENGTH)
  if (!sameBytes(start.subarray(0, MAGIC.length), MAGIC)) {
    throw new HomecomingError('PACKET_INVALID', `${source.name} is no packet of ours`, { path: source.name })
  }
  if (start.length < START_LENGTH) throw source.damaged('it ends within its label')
  return start
}

function labelDigest(platform: Platform, start: Uint8Array, body: Uint8Array): Uint8Array {
  const hasher = platform.cipher.hasher()
  hasher.update(start)
  hasher.update(body)
  return hasher.digest()
}

function tooNew(path: string, format: number): HomecomingError {
  const fact = `${path} has packet format ${format}; this program knows formats up to ${PACKET_FORMAT}`
  return new HomecomingError('PACKET_TOO_NEW', fact, { path, format, known: PACKET_FORMAT })
}

function parseBody(source: ByteSource, format: number, body: Uint8Array): Omit<ReadLabel, 'digest'> {
  const fields = source.reading('its label', () => decode(body))
  if (!Array.isArray(fields)) throw source.damaged('its label says nothing')
  const [direction, number, sender, receiver, mode, salt, keyCheck] = fields
  const label = { format, direction, number, sender, receiver, mode }
  if (!isLabel(label) || !isSealing(salt, keyCheck, label.mode))
    throw source.damaged('its label is incomplete')
  return { label, sealing: { salt, keyCheck } }
}

function isLabel(label: { readonly [K in keyof PacketLabel]: unknown }): label is PacketLabel {
  const { direction, number, sender, receiver, mode } = label
  const isNumber = Number.isSafeInteger(number) && (number as number) >= 1
  return (
    (direction === 'up' || direction === 'dwn') &&
    (mode === 0 || mode === 1 || mode === 2) &&
    isNumber &&
    isTag(sender) &&
    isTag(receiver)
  )
}

const isTag = (tag: unknown): tag is Tag => typeof tag === 'string' && /^[0-9a-f]{32}$/.test(tag)

function isSealing(salt: unknown, check: unknown, mode: PacketLabel['mode']): boolean {
  const length = mode === 0 ? 0 : CHECK_LENGTH
  return hasLength(salt, SALT_LENGTH) && hasLength(check, length)
}

const hasLength = (bytes: unknown, length: number): boolean =>
  bytes instanceof Uint8Array && bytes.length === length
