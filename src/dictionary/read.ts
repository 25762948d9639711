/**
 * Read: the smallest parts of a JSON document, each with the place to name when it is wrong.
 */
import { invalid } from './problem.ts'

type Properties = Readonly<Record<string, unknown>>

/** An object with no other properties than these. */
export function object(at: string, data: unknown, properties: readonly string[]): Properties {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) invalid(`${at}: must be an object`)
  const unknown = Object.keys(data).find(name => !properties.includes(name))
  if (unknown !== undefined) invalid(`${at}: unknown property ${unknown}`)
  return data as Properties
}

/** One property, before the object as a whole is read: for a name to put in messages. */
export function property(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? (data as Properties)[name] : undefined
}

/** `{ [name]: value }`, or nothing where the value is absent: absent properties stay absent. */
export function optional<N extends string, T>(
  name: N,
  value: unknown,
  parse: (value: unknown) => T,
): Partial<Record<N, T>> {
  return value === undefined ? {} : ({ [name]: parse(value) } as Partial<Record<N, T>>)
}

export function text(at: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') invalid(`${at}: must be a text`)
  return value
}

export function integer(at: string, value: unknown): number {
  if (!Number.isSafeInteger(value)) invalid(`${at}: must be a whole number`)
  return value as number
}

export function truth(at: string, value: unknown): boolean {
  if (typeof value !== 'boolean') invalid(`${at}: must be true or false`)
  return value
}

export function scalar(at: string, value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return invalid(`${at}: must be a text, a number, true, false or null`)
}

export function choice<const T extends string>(at: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find(choice => choice === value)
  return found ?? invalid(`${at}: ${JSON.stringify(value)} is none of ${choices.join(', ')}`)
}

export function list<T>(
  at: string,
  value: unknown,
  parse: (item: unknown, index: number) => T,
): readonly T[] {
  if (!Array.isArray(value)) invalid(`${at}: must be a list`)
  return value.map(parse)
}

export function texts(at: string, value: unknown): readonly string[] {
  const items = list(at, value, item => text(at, item))
  if (items.length === 0) invalid(`${at}: must name at least one`)
  return items
}

export function textMap(at: string, value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) invalid(`${at}: must be an object`)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(`${at} ${key}`, item)]))
}
