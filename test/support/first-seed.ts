/** First seed: the first 28 bits of the commit; HOMECOMING_TEST_SEED where somebody says so; 1 where there is neither. */
import { execFileSync } from 'node:child_process'
import { ROOT } from './sources.ts'

export function firstSeed(): number {
  const given = process.env.HOMECOMING_TEST_SEED
  if (given !== undefined) return Number(given)
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return Number.parseInt(commit.toString().slice(0, 7), 16)
  } catch {
    return 1
  }
}
