/** Many rows are one array for each column: what arrives is what was given, however it was sent. */
import { describe, expect, test } from 'vitest'
import type { Value } from '../../src/core/values.ts'
import { arrayOf } from '../../src/storage/postgres/arrays.ts'
import { openConnection } from '../../src/storage/postgres/open.ts'
import { postgresServer, testDatabase } from '../support/postgres-server.ts'

const CASES: readonly {
  readonly type: string
  readonly values: readonly Value[]
  readonly binary: boolean
}[] = [
  { type: 'int2', values: [0, -1, null, 32_767, -32_767, -0], binary: true },
  { type: 'int4', values: [null, 1, -1, 2_147_483_647, -2_147_483_647, 65_536], binary: true },
  {
    type: 'int8',
    values: [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32) - 1, 2 ** 53 - 1, -(2 ** 53) + 1, null],
    binary: true,
  },
  { type: 'int8', values: [9007199254740993n, -1, null], binary: false },
  { type: 'int2', values: [-32_768], binary: false },
  { type: 'text', values: ['a', '', null, 'NULL', '{"x"}', '7'], binary: false },
  { type: 'int4', values: [], binary: true },
]

describe('arrays', async () => {
  const database = await testDatabase(await postgresServer())
  const connection = await openConnection(database.address, {})

  test.for(CASES)('$type: $values', async ({ type, values, binary }) => {
    const rows = values.map(value => [value])
    const parameters = [arrayOf(rows, 0, `pg_catalog.${type}`)]
    expect(parameters[0] instanceof Uint8Array).toBe(binary)

    const answer = await connection.send({ sql: `select * from unnest($1::${type}[])`, parameters })

    expect(answer.rows.map(([value]) => value)).toEqual(values.map(value => (value === 0 ? 0 : value)))
  })

  test('what does not fit is refused by the server', async () => {
    const parameters = [arrayOf([[2 ** 31]], 0, 'pg_catalog.int4')]
    await expect(connection.send({ sql: 'select $1::int4[]', parameters })).rejects.toThrow(/out of range/)
  })

  test.for([1.5, 'seven', true])('%j among whole numbers goes as text', value => {
    expect(arrayOf([[1], [value]], 0, 'pg_catalog.int4')).toBeTypeOf('string')
  })
})
