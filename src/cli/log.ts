/**
 * Log: what the program does, as lines of JSON on standard error, for whoever looks for a fault.
 * Never: holds a key, a password or the value of a field, at any depth, whatever is handed in.
 */
import { type DestinationStream, destination, type Logger, pino } from 'pino'
import { HomecomingError } from '../index.ts'
import type { Level } from './settings.ts'

export type Log = Logger

/** Names whose content stays out: secrets, and everything that holds values of fields. */
const SECRET = /^(key|.*(password|secret|passphrase|Key)|rows?|values?|fields|base|mine|theirs|record|body)$/
const DEEPEST = 6

export function logAt(level: Level, to: DestinationStream = destination({ fd: 2, sync: true })): Log {
  return pino(
    {
      level,
      base: { program: 'homecoming', pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: label => ({ level: label }), log: facts => censoredObject(facts, 0) },
      serializers: { err: error => error },
      // pino would make the message of an error the message of the line.
      hooks: {
        logMethod(words, method) {
          const [facts, message = 'failed', ...more] = words as unknown[]
          if (facts instanceof Error) method.apply(this, [{ err: facts }, message, ...more] as never)
          else if (typeof facts === 'object' && facts !== null && 'err' in facts)
            method.apply(this, [facts, message, ...more] as never)
          else method.apply(this, words)
        },
      },
    },
    to,
  )
}

function censoredObject(facts: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      // A number can be an id or a count under such a name, and gives nothing away.
      SECRET.test(name) && typeof value !== 'number' ? '[left out]' : censored(value, depth + 1),
    ]),
  )
}

function censored(value: unknown, depth: number): unknown {
  if (value instanceof Error) return censoredError(value)
  if (value instanceof Uint8Array) return `[${value.length} bytes]`
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return '[deeper]'
  return Array.isArray(value) ? value.map(each => censored(each, depth + 1)) : censoredObject(value, depth)
}

/** A message may quote what somebody typed into a field: the code says enough, the stack's frames say where. */
function censoredError(error: Error): Record<string, unknown> {
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line))
  return {
    name: error.name,
    ...(error instanceof HomecomingError ? { code: error.code, named: Object.keys(error.values) } : {}),
    frames: frames.map(line => line.trim()),
    ...(error.cause instanceof Error ? { cause: censoredError(error.cause) } : {}),
  }
}
