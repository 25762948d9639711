/**
 * Record hash: 64 bits of a record's canonical values.
 * Shape:  seed of table and key -> each field that says something -> two lanes of 32 bits, as JavaScript multiplies them.
 *         What may be written in several ways is hashed in one form (one-form.ts).
 *         Derived fields are left out, and so is whatever stands at its default: a table that grows keeps its hashes.
 * Never:  resists an attacker. It is to find accidents, at the price of a few multiplications a word.
 * @source docs/decisions/0020-proof-of-sameness.md
 */
import type { Row, Value } from '../core/values.ts'
import type { Field, Table } from '../dictionary/model.ts'
import { oneFormOf } from './one-form.ts'

/** Both zero: there is no record. */
export interface Hash {
  readonly a: number
  readonly b: number
}

export const NO_HASH: Hash = { a: 0, b: 0 }

export const sameHash = (one: Hash, other: Hash): boolean => one.a === other.a && one.b === other.b

const hashers = new WeakMap<Table, RecordHasher>()

/** The same object for the same table. */
export function hasherOf(table: Table): RecordHasher {
  const hasher = hashers.get(table) ?? new RecordHasher(table)
  hashers.set(table, hasher)
  return hasher
}

interface HashedField {
  readonly index: number
  readonly usual: Value
  readonly oneForm: ((value: Value) => Value) | undefined
}

export class RecordHasher {
  readonly #seed: number
  readonly #fields: readonly HashedField[]
  #a = 0
  #b = 0

  constructor(table: Table) {
    this.#seed = table.number
    this.#fields = table.fields.flatMap((field, index) =>
      index === 0 || field.derived ? [] : [{ index, usual: usualOf(field), oneForm: oneFormOf(field.type) }],
    )
  }

  /** @param row all fields in the dictionary's order, from `at` on; what is missing at the end stands at its default */
  of(row: Row, at = 0): Hash {
    this.#a = 0x9e3779b9 ^ this.#seed
    this.#b = 0x85ebca6b ^ this.#seed
    this.#word(row[at] as number)
    for (const { index, usual, oneForm } of this.#fields) {
      const stored = row[at + index]
      if (stored === usual || stored === undefined) continue
      const value = oneForm ? oneForm(stored) : plain(stored)
      if (value === usual) continue
      this.#word(index)
      this.#value(value)
    }
    return this.#end()
  }

  #value(value: Value): void {
    if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'number') this.#number(value)
    else if (value instanceof Uint8Array) for (const byte of value) this.#word(byte)
    else if (typeof value === 'bigint') this.#text(String(value))
    else this.#word(-1)
  }

  /** Two code units a word. What #word does, without going through the fields of the object: most words are text. */
  #text(text: string): void {
    const pairs = text.length & ~1
    let a = this.#a
    let b = this.#b
    for (let at = 0; at < pairs; at += 2) {
      const word = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
      a = Math.imul(a ^ word, 2654435761)
      a ^= a >>> 15
      b = Math.imul(b ^ word, 1597334677)
      b ^= b >>> 13
    }
    this.#a = a
    this.#b = b
    this.#word(pairs < text.length ? text.charCodeAt(pairs) : text.length)
  }

  #number(value: number): void {
    if (Number.isInteger(value)) {
      this.#word(value | 0)
      this.#word(Math.floor(value / 0x100000000) | 0)
    } else this.#text(String(value))
  }

  #word(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 2654435761)
    this.#a ^= this.#a >>> 15
    this.#b = Math.imul(this.#b ^ word, 1597334677)
    this.#b ^= this.#b >>> 13
  }

  #end(): Hash {
    const a = stirred(this.#a, this.#b)
    return { a: a === 0 ? 1 : a, b: stirred(this.#b, this.#a) }
  }
}

function stirred(one: number, other: number): number {
  const first = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909)
  return Math.imul(first ^ (first >>> 16), 2246822519) ^ (first >>> 13)
}

const usualOf = ({ type, default: usual = null }: Field): Value => (oneFormOf(type) ?? plain)(usual)

/** What every database stores as equal is one value: true as 1, 1n as 1. */
function plain(value: Value): Value {
  if (value === true) return 1
  if (value === false) return 0
  if (typeof value === 'bigint' && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)))
    return Number(value)
  return value
}
