/**
 * Compile: Kysely's `sql` templates to SQLite text and parameters.
 * Never: executes anything; the Kysely here has no driver behind it.
 */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Query } from '../contract.ts'
import type { Bound } from './driver.ts'
import { boundParameter } from './values.ts'

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

export interface Compiled {
  readonly sql: string
  readonly parameters: readonly Bound[]
}

export function compile(query: Query): Compiled {
  const { sql, parameters } = query.compile(compiler)
  return { sql, parameters: parameters.map(boundParameter) }
}
