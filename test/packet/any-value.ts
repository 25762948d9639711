/** Any value that a field of a record may hold, for property tests. */
import fc from 'fast-check'
import type { Value } from '../../src/core/values.ts'

export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double(),
  fc.constantFrom(-0, '\ufeff', '\u0000'),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map(bytes => new Uint8Array(bytes)),
)
