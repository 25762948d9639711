/**
 * Compile: Kysely's `sql` templates to PostgreSQL's text, parameters, and the types of those that say what they are.
 * Why:    a parameter without a type is guessed from what stands beside it, so `$1 / $2` would be no statement. Numbers,
 *         truth and bytes say their type; text does not, because it may be a time, a uuid or a decimal.
 * Never:  executes anything; the Kysely here has no driver behind it.
 */
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { Query } from '../contract.ts'
import { text } from './sql-text.ts'
import { type Bound, boundParameter, TYPE, textOf } from './values.ts'

const kysely = (compiler: () => PostgresQueryCompiler) =>
  new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: db => new PostgresIntrospector(db),
      createQueryCompiler: compiler,
    },
  })

/** Values in the text itself, for statements that take no parameters. */
class InlineCompiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    this.append(literal(value))
  }
}

const compiler = kysely(() => new PostgresQueryCompiler())
const inlineCompiler = kysely(() => new InlineCompiler())

export interface Compiled {
  readonly sql: string
  readonly parameters: readonly Bound[]
  /** Object ids of types; 0 is for the server to find out. */
  readonly types: readonly number[]
}

export function compile(query: Query): Compiled {
  const { sql, parameters } = query.compile(compiler)
  return { sql, parameters: parameters.map(boundParameter), types: parameters.map(typeOf) }
}

export const compileInline = (query: Query): string => query.compile(inlineCompiler).sql

const NAMES: ReadonlyMap<number, string> = new Map([
  [TYPE.boolean, '::boolean'],
  [TYPE.int8, '::bigint'],
  [TYPE.float8, '::float8'],
  [TYPE.bytea, '::bytea'],
])

function literal(value: unknown): string {
  const words = textOf(value)
  return words === null ? 'null' : `${text(words)}${NAMES.get(typeOf(value)) ?? ''}`
}

function typeOf(value: unknown): number {
  if (typeof value === 'boolean') return TYPE.boolean
  if (typeof value === 'bigint') return TYPE.int8
  if (typeof value === 'number') return Number.isSafeInteger(value) ? TYPE.int8 : TYPE.float8
  return value instanceof Uint8Array ? TYPE.bytea : TYPE.unknown
}
