/**
 * A reader of format 1 written from docs/packet-format.md alone: it imports nothing of ours.
 * Role:  proves that somebody else could write one.
 */
import { createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import { zstdDecompressSync } from 'node:zlib'
import { unpack } from 'msgpackr'

export function readIndependently(file: Buffer, key: Buffer | undefined) {
  const { label, start, end } = readLabel(file)
  const open = key ? opener(hkdf(key, label.salt), start) : digestChecker(start)
  const blocks: unknown[] = []
  let at = end
  for (let index = 0, last = false; !last; index++) {
    const word = file.readUInt32BE(at)
    last = word >= 2 ** 31
    const stop = at + 4 + (word & 0x7fffffff)
    blocks.push(unpack(zstdDecompressSync(open(file.subarray(at + 4, stop), index, last))))
    at = stop
  }
  if (at !== file.length) throw new Error('something follows the trailer')
  return { label, blocks }
}

function readLabel(file: Buffer) {
  if (file.toString('latin1', 0, 8) !== '\u0089HCP\r\n\u001a\n') throw new Error('no packet')
  const end = 12 + file.readUInt16BE(10)
  const start = createHash('sha256').update(file.subarray(0, end)).digest()
  if (!start.equals(file.subarray(end, end + 32))) throw new Error('damaged label')
  const [direction, number, sender, receiver, mode, salt] = unpack(file.subarray(12, end))
  return {
    label: { format: file.readUInt16BE(8), direction, number, sender, receiver, mode, salt },
    start,
    end: end + 32,
  }
}

const hkdf = (key: Buffer, salt: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, 'homecoming packet v1', 32))

function opener(key: Buffer, start: Buffer) {
  return (sealed: Buffer, index: number, last: boolean): Buffer => {
    const decipher = createDecipheriv('aes-256-gcm', key, number(index, 12))
    decipher.setAAD(Buffer.concat([start, number(index, 8), Buffer.from([last ? 1 : 0])]))
    decipher.setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  }
}

function digestChecker(start: Buffer) {
  return (sealed: Buffer, index: number, last: boolean): Buffer => {
    const packed = sealed.subarray(32)
    const place = Buffer.concat([start, number(index, 8), Buffer.from([last ? 1 : 0])])
    const digest = createHash('sha256').update(place).update(packed).digest()
    if (!digest.equals(sealed.subarray(0, 32))) throw new Error('damaged')
    return packed
  }
}

/** Big-endian, in the last bytes. */
function number(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeBigUInt64BE(BigInt(value), length - 8)
  return bytes
}
