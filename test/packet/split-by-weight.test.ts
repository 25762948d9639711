import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encode } from '../../src/packet/msgpack-writer.ts'
import { splitByWeight, weighRow } from '../../src/packet/split-by-weight.ts'
import { anyValue } from './any-value.ts'

test('parts come in order, lose nothing, and are light unless one item alone is heavy', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), fc.integer({ min: 1, max: 30 }), (weights, most) => {
      const parts = [...splitByWeight(weights, weight => weight, most)]
      expect(parts.flat()).toEqual(weights)
      for (const part of parts) {
        const total = part.reduce((sum, weight) => sum + weight, 0)
        expect(part.length > 0 && (total <= most || part.length === 1)).toBe(true)
      }
    }),
  )
})

test('a row never takes more bytes than its weight says, but for the header of the array', () => {
  fc.assert(
    fc.property(fc.array(anyValue), row => {
      expect(encode(row).length).toBeLessThanOrEqual(weighRow(row) + 5)
    }),
  )
})
