import { statfsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const EVERYTHING = ['test/**/*.test.ts', 'src/**/*.test.ts', 'examples/**/*.test.ts']

/** Where times are stored, compared or shown: these run once more half an hour beside every full hour. */
const TIMES = [
  'test/capture/row-triggers.test.ts',
  'test/cli/parts.test.ts',
  'test/journey/numbers.test.ts',
  'test/journey/side-effects.test.ts',
]

/** What an office does with its database is done once more with the database on a PostgreSQL server, where every change is
 *  undone at some statement and begun again. */
const OFFICES = [
  'test/journey/*.test.ts',
  'test/areas/membership.test.ts',
  'test/apply/held.test.ts',
  'test/satellite/01-*.test.ts',
  'test/travel/adopt.test.ts',
]
const ON_A_SERVER = {
  HOMECOMING_TEST_CENTRAL: 'postgres',
  HOMECOMING_TEST_TWICE: '1',
  HOMECOMING_TEST_RUNS: '1',
}

/** Hundreds of tests start processes of their own, which then need not read every source anew. */
const COMPILED = { NODE_COMPILE_CACHE: resolve(import.meta.dirname, 'node_modules/.cache/compiled') }

/**
 * Every commit of a database is synced; thousands of them on a slow disk are most of a test run. Memory serves as well:
 * what the tests take away are processes, not the power.
 */
function surroundings(): Record<string, string> {
  const memory = '/dev/shm'
  try {
    const { bavail, bsize } = statfsSync(memory)
    return { ...COMPILED, ...(bavail * bsize > 4e9 ? { TMPDIR: memory } : {}) }
  } catch {
    return COMPILED
  }
}

export default defineConfig({
  test: {
    env: surroundings(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // By default one core is left to the program that counts: it needs next to nothing.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'here', include: EVERYTHING } },
      {
        extends: true,
        test: { name: "St. John's", include: TIMES, env: { ...surroundings(), TZ: 'America/St_Johns' } },
      },
      {
        extends: true,
        test: { name: 'PostgreSQL', include: OFFICES, env: { ...surroundings(), ...ON_A_SERVER } },
      },
    ],
  },
})
