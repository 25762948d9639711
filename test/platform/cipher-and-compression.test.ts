import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'

const { cipher, compression, random, clock } = nodePlatform()
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'))

describe('the published vectors hold', () => {
  test('SHA-256 of "abc", at once and in pieces', () => {
    const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(hex(cipher.digest(bytes('616263')))).toBe(expected)
    const hasher = cipher.hasher()
    hasher.update(bytes('61'))
    hasher.update(bytes('6263'))
    expect(hex(hasher.digest())).toBe(expected)
  })

  test('HKDF-SHA-256 (RFC 5869, case 3: no salt, no purpose), its first 32 bytes', () => {
    const derived = cipher.derive(bytes('0b'.repeat(22)), new Uint8Array(), '')
    expect(hex(derived)).toBe('8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d')
  })

  test('AES-256-GCM (NIST GCM test case 16)', () => {
    const key = bytes('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308')
    const plain = bytes(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    )
    const sealed = cipher.seal(
      key,
      bytes('cafebabefacedbaddecaf888'),
      plain,
      bytes('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
    )
    expect(hex(sealed.subarray(-16))).toBe('76fc6ece0f4e1768cddf8853bb2d551b')
  })
})

describe('sealing', () => {
  const key = new Uint8Array(32).fill(1)
  const nonce = new Uint8Array(12)

  test('opens what was sealed, and nothing that was altered anywhere', () => {
    const authenticated = bytes('0102')
    const sealed = cipher.seal(key, nonce, bytes('616263'), authenticated)
    expect(cipher.open(key, nonce, sealed, authenticated)).toEqual(bytes('616263'))

    for (let at = 0; at < sealed.length; at++) {
      const altered = sealed.slice()
      altered[at]! ^= 1
      expect(cipher.open(key, nonce, altered, authenticated)).toBeUndefined()
    }
    expect(cipher.open(new Uint8Array(32), nonce, sealed, authenticated)).toBeUndefined()
    expect(cipher.open(key, nonce, sealed, bytes('0103'))).toBeUndefined()
    expect(cipher.open(key, nonce, sealed.subarray(0, 10), authenticated)).toBeUndefined()
  })
})

describe('compression', () => {
  test('gives back every length of input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 3000 }), (part, times) => {
        const plain = new Uint8Array(part.length * times)
        for (let time = 0; time < times; time++) plain.set(part, time * part.length)
        const unpacked = compression.decompress(compression.compress(plain), plain.length + 1)
        expect(Buffer.compare(unpacked, plain)).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  test('refuses to unpack more than the limit: a small file cannot fill the memory', () => {
    const packed = compression.compress(new Uint8Array(50 * 1024 * 1024))
    expect(packed.length).toBeLessThan(10_000)
    expect(() => compression.decompress(packed, 1024 * 1024)).toThrow()
  })

  test('refuses what was cut short', () => {
    const packed = compression.compress(new Uint8Array(1000).map((_, index) => index * index))
    for (let length = 0; length < packed.length; length++)
      expect(() => compression.decompress(packed.subarray(0, length), 1000)).toThrow()
  })
})

test('parts can be replaced, the rest stays', () => {
  const platform = nodePlatform({ clock: { now: () => 42 } })
  expect(platform.clock.now()).toBe(42)
  expect(platform.random.bytes(16).length).toBe(16)
  expect(Number.isInteger(clock.now())).toBe(true)
  expect(hex(random.bytes(16))).not.toBe(hex(random.bytes(16)))
})
