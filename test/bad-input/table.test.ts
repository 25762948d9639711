/** The table of bad inputs: each is refused by its code, says what to do next, and changes nothing. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REGISTRY } from '../../src/core/error-registry.ts'
import { type ErrorCode, HomecomingError } from '../../src/core/errors.ts'
import type { Received } from '../../src/travel/receive.ts'
import { Scene } from '../support/bad-input-scene.ts'
import { ELSEWHERE, INPUTS } from './issue.ts'
import { ROWS, type Row } from './rows.ts'

/** @returns the code of the refusal, thrown or in the report about a packet; `repeated` for one that came again */
async function answerTo(row: Row, scene: Scene): Promise<ErrorCode | 'repeated' | undefined> {
  try {
    const received = await row.run(scene)
    if (!Array.isArray(received)) return undefined
    const [one, ...more] = received as Received[]
    expect(more).toEqual([])
    return one?.what === 'repeated' ? 'repeated' : one?.code
  } catch (error) {
    if (!(error instanceof HomecomingError)) throw error
    return error.code
  }
}

/** Files that nobody had before, and nobody wants: packets that were put away are not among them. */
function filesOf(scene: Scene): string[] {
  return readdirSync(scene.office.folder, { recursive: true, encoding: 'utf8' })
    .filter(name => !/\.(up|dwn|txt)$|-(wal|shm)$|(done|quarantine|elsewhere|jo)$|\.key$/.test(name))
    .sort()
}

describe.each(INPUTS.filter(input => !(input in ELSEWHERE)))('%s', input => {
  test.each(ROWS.filter(row => row.input === input))('$step: $answer', async row => {
    await using scene = await Scene.open()
    await row.make?.(scene)
    const before = { contents: await scene.contents(), files: filesOf(scene) }

    expect(await answerTo(row, scene)).toBe(row.answer)

    expect({ contents: await scene.contents(), files: filesOf(scene) }).toEqual(before)
  })
})

test('every line of the issue has its rows or its own file, and every row its line', () => {
  const tried = new Set([...ROWS.map(row => row.input), ...Object.keys(ELSEWHERE)])
  expect([...tried].sort()).toEqual([...INPUTS].sort())
  expect(INPUTS).toHaveLength(17 + 5)
  for (const file of Object.values(ELSEWHERE)) expect(existsSync(join(import.meta.dirname, file))).toBe(true)
})

test('every refusal of the table says what to do next', () => {
  for (const { answer } of ROWS)
    if (answer !== 'repeated') expect(REGISTRY[answer].hint).toMatch(/^[A-Z].{15,}\.$/s)
})
