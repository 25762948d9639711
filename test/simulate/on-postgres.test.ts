/** Worlds whose central and satellites have their databases on a PostgreSQL server: other seeds with every commit. */
import { expect, test } from 'vitest'
import { simulate } from '../../src/index.ts'
import { firstSeed } from '../support/first-seed.ts'
import { postgresServer, testDatabase } from '../support/postgres-server.ts'

const COUNT = Number(process.env.HOMECOMING_TEST_RUNS ?? 20)
const WORLDS = ['trade', 'fields', 'lists']
const STEPS = 20

test.for(WORLDS.map((world, index) => ({ world, index })))(
  'all is well in the $world worlds with offices on a server',
  { timeout: 900_000 },
  async ({ world, index }) => {
    await using database = await testDatabase(await postgresServer())
    const seeds = Array.from({ length: COUNT }, (_, seed) => seed).filter(
      seed => seed % WORLDS.length === index,
    )
    const first = firstSeed() + index * COUNT
    const { failed, passed } = await simulate({
      seeds: [first, first + seeds.length - 1],
      steps: STEPS,
      world,
      server: database.address,
    })
    expect(failed).toEqual([])
    expect(passed).toBe(seeds.length)
  },
)
