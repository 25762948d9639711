import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { describe, expect, test } from 'vitest'
import { decode } from '../../src/packet/msgpack-reader.ts'
import { encode } from '../../src/packet/msgpack-writer.ts'
import { anyValue } from './any-value.ts'

const foreign = new Packr({ useRecords: false, variableMapSize: true })
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)

/** -0 differs from 0, and an integer that fits is a number however it was given. */
const asRead = (value: unknown): unknown =>
  typeof value === 'bigint' && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
    ? Number(value)
    : value

describe('every value comes back exactly as it was', () => {
  test('whatever it is, in rows and fields', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyValue, { maxLength: 40 }), { maxLength: 20 }), rows => {
        expect(decode(encode(rows))).toStrictEqual(rows.map(row => row.map(asRead)))
      }),
    )
  })

  test.each([
    ['negative zero', -0],
    ['the edges of 8 bits', [-128, -33, -32, -1, 127, 128, 255, 256]],
    ['the edges of 32 bits', [-(2 ** 31) - 1, -(2 ** 31), 2 ** 31, 2 ** 32 - 1, 2 ** 32]],
    ['the edges of a double', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53, 5e-324, 1e308]],
    ['the edges of 64 bits', [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, -(2n ** 53n)]],
    ['what is no number', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['text behind a byte order mark', ['\ufeff', `\ufeff${'long '.repeat(50)}`, '\ufeffæøå'.repeat(30)]],
    ['text at every header size', [31, 32, 255, 256, 65535, 65536].map(length => 'x'.repeat(length))],
    ['text that grows in UTF-8', [11, 31, 85, 255, 21845, 65535].map(length => 'š'.repeat(length))],
    ['bytes at every header size', [0, 255, 256, 65536].map(length => new Uint8Array(length).fill(7))],
    ['arrays at every header size', [15, 16, 65535, 65536, 70000].map(length => new Array(length).fill(1))],
    ['an object of many fields', Object.fromEntries([...Array(20).keys()].map(key => [`field ${key}`, key]))],
  ])('%s', (_, value) => {
    expect(decode(encode(value))).toStrictEqual(value)
  })

  test('a field that is undefined is not there', () => {
    expect(decode(encode({ a: 1, b: undefined }))).toStrictEqual({ a: 1 })
  })
})

describe('it is MessagePack that others read and write', () => {
  test('another library reads what we write', () => {
    fc.assert(
      fc.property(fc.array(anyValue), values => {
        const read: unknown[] = foreign.unpack(encode(values))
        expect(read.map(asRead)).toEqual(values.map(value => (Object.is(value, -0) ? -0 : asRead(value))))
      }),
    )
  })

  test('we read what another library writes', () => {
    fc.assert(
      fc.property(fc.array(anyValue), values => {
        const withoutNegativeZero = values.map(value => (value === 0 ? 0 : value))
        expect(decode(new Uint8Array(foreign.pack(values)))).toEqual(withoutNegativeZero.map(asRead))
      }),
    )
  })

  test.each([
    ['float 32', bytes(0xca, 0x3f, 0xc0, 0, 0), 1.5],
    ['uint 64', bytes(0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 2n ** 64n - 1n],
    ['int 8', bytes(0xd0, 0x80), -128],
    ['int 16', bytes(0xd1, 0x80, 0), -32768],
    ['map 16', bytes(0xde, 0, 1, 0xa1, 0x61, 1), { a: 1 }],
    ['map 32', bytes(0xdf, 0, 0, 0, 1, 0xa1, 0x61, 1), { a: 1 }],
  ])('%s is read, though we never write it', (_, source, value) => {
    expect(decode(source)).toStrictEqual(value)
  })
})

describe('what is no value is refused', () => {
  test('every truncation of a value', () => {
    const whole = encode([1, -70000, 2 ** 40, 'text', 'æ'.repeat(40), new Uint8Array(3), { a: 1.5 }, null])
    for (let length = 0; length < whole.length; length++)
      expect(() => decode(whole.subarray(0, length))).toThrow()
  })

  test.each([
    ['two values', bytes(1, 2)],
    ['an extension', bytes(0xd4, 0x72, 0x40, 0x90)],
    ['the code that means nothing', bytes(0xc1)],
    ['an array longer than its bytes', bytes(0xdd, 0xff, 0xff, 0xff, 0xff)],
    ['text that is no UTF-8', bytes(0xa1, 0xff)],
    ['a field named __proto__', encode(JSON.parse('{"__proto__": 1}'))],
    ['a field whose name is a number', bytes(0x81, 1, 1)],
    ['a million arrays in each other', new Uint8Array(1_000_000).fill(0x91)],
  ])('%s', (_, source) => {
    expect(() => decode(source)).toThrow()
  })

  test('any bytes at all end in a value or an error, and the next value is read as if nothing had been', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), source => {
        try {
          decode(source)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
        expect(decode(encode(['next', 1]))).toStrictEqual(['next', 1])
      }),
    )
  })

  test.each([undefined, [undefined], () => 1, new Date(0), 2n ** 63n, new Map()])(
    '%s cannot be written',
    value => {
      expect(() => encode(value)).toThrow()
    },
  )
})
