/** Worlds whose central and satellites have their databases on a PostgreSQL server: other seeds with every commit. */
import { expect, test } from 'vitest'
import { simulatorOn } from '../../src/app/simulate-adapters.ts'
import { simulate } from '../../src/index.ts'
import { liveHistory } from '../../src/simulate/seed.ts'
import { savedHistory } from '../support/corpus.ts'
import { firstSeed } from '../support/first-seed.ts'
import { asAdmin, postgresServer, whoMakesDatabases } from '../support/postgres-server.ts'

const COUNT = Number(process.env.HOMECOMING_TEST_RUNS ?? (process.env.CI ? 9 : 20))
const WORLDS = ['trade', 'fields', 'lists']
const STEPS = 12

test.for(WORLDS.map((world, index) => ({ world, index })))(
  'all is well in the $world worlds with offices on a server',
  { timeout: 900_000 },
  async ({ world, index }) => {
    const server = await whoMakesDatabases(await postgresServer())
    const seeds = Array.from({ length: COUNT }, (_, seed) => seed).filter(
      seed => seed % WORLDS.length === index,
    )
    const first = firstSeed() + index * COUNT
    const { failed, passed } = await simulate({
      seeds: [first, first + seeds.length - 1],
      steps: STEPS,
      world,
      server,
    })
    expect(failed).toEqual([])
    expect(passed).toBe(seeds.length)
  },
)

/** Central, twice. */
const PUT_BACK = ['trade-restored-42-closing.json']

test.for(PUT_BACK)(
  '%s is well on a server, too, where whole databases are put back',
  { timeout: 300_000 },
  async name => {
    const server = await whoMakesDatabases(await postgresServer())
    const { failure, faults } = await liveHistory(simulatorOn({ server }), savedHistory(name))
    expect(failure).toBeUndefined()
    expect(faults.restored).toBeGreaterThan(0)
  },
)

test('a database that is put back has what it had when the copy was made, and nothing is left of any of them', async () => {
  const server = await whoMakesDatabases(await postgresServer())
  const offices = simulatorOn({ server }).offices!
  const address = await offices.at('')
  const say = (sql: string) => asAdmin(address, client => client.query(sql))
  await say(`create table said (word text); insert into said values ('before')`)
  const copy = await offices.copy(address)
  await say(`insert into said values ('after')`)
  await offices.putBack(address, copy)
  const { rows } = await say('select word from said')
  expect(rows).toEqual([{ word: 'before' }])
  await offices.remove()
  await expect(say('select 1')).rejects.toMatchObject({ code: '3D000' })
})
