import { defineConfig } from 'vitest/config'

const EVERYTHING = ['test/**/*.test.ts', 'src/**/*.test.ts', 'examples/**/*.test.ts']

/** Where times are stored, compared or shown: these run once more half an hour beside every full hour. */
const TIMES = [
  'test/capture/row-triggers.test.ts',
  'test/cli/*.test.ts',
  'test/journey/numbers.test.ts',
  'test/journey/side-effects.test.ts',
]

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'here', include: EVERYTHING } },
      { extends: true, test: { name: "St. John's", include: TIMES, env: { TZ: 'America/St_Johns' } } },
    ],
  },
})
