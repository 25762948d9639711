/**
 * A full disk in the middle of a step, really: a small file system with less or more room, and a limit on the size of
 * files. The step ends in DISK_FULL, leaves nothing half-made, and goes through when there is room again.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REGISTRY } from '../../src/core/error-registry.ts'
import { firstSeed } from '../support/first-seed.ts'
import type { Step } from '../support/life.ts'
import { LifeBefore } from '../support/life-before.ts'
import { SmallDisk } from '../support/small-disk.ts'

const driver = join(import.meta.dirname, '../support/life-driver.ts')
const FULL: readonly Step[] = ['create', 'prototype', 'go', 'exchange', 'home']
/** KiB, from nothing to more than any of the steps needs. */
const BETWEEN = [16, 64, 160, 320, 640, 1280]
/** With every commit one between nothing and enough, another one than with the last. */
const ROOM = [0, ...(process.env.CI ? [BETWEEN[firstSeed() % BETWEEN.length]!] : BETWEEN), 2560]
/** MiB. */
const DISK = 16

const lives = new LifeBefore()
beforeAll(() => lives.live(), 120_000)
afterAll(() => lives.remove())

type Answer = { readonly code?: string; readonly hint?: string }

const answerOf = (said: Buffer): Answer => JSON.parse(said.toString())

/** What the step leaves where it failed: nothing half-made, unless somebody is away already and goes on from there. */
function expectNothingHalfMade(folder: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const away = names.some(name => name.endsWith('.journey'))
  expect(names.filter(name => /\.part$|\.building/.test(name) && !away)).toEqual([])
}

function expectAllWell(folder: string, step: Step): void {
  const said = execFileSync(process.execPath, [driver, folder, step, 'on'], { maxBuffer: 2 ** 24 })
  expect(JSON.parse(said.toString())).toEqual(lives.undisturbed)
}

/** Tries the step with more and more room, until there is enough. @returns how often it was refused */
function untilItFits(step: Step, tried: (room: number) => { folder: string; answer: Answer }): number {
  for (const [refused, room] of ROOM.entries()) {
    const { folder, answer } = tried(room)
    if (answer.code === undefined) return refused
    expect(answer, `${step} with ${room} KiB`).toMatchObject({
      code: 'DISK_FULL',
      hint: REGISTRY.DISK_FULL.hint,
    })
    expectNothingHalfMade(folder)
    expectAllWell(folder, step)
  }
  return expect.unreachable(`${step}: no room was enough`)
}

const attempt = (folder: string, step: Step): Answer =>
  answerOf(execFileSync(process.execPath, [driver, folder, step, 'try']))

describe('a full file system', () => {
  test.for(FULL)('refuses to %s as a whole', { timeout: 300_000 }, (step, context) => {
    using disk = new SmallDisk(join(lives.root, `disk-${step}`), DISK)
    context.skip(!disk.mounted, 'mounting a small file system is not allowed here')
    const refused = untilItFits(step, room => {
      disk.empty()
      lives.restore(step, disk.path)
      return { folder: disk.path, answer: disk.withRoom(room, () => attempt(disk.path, step)) }
    })
    expect(refused).toBeGreaterThan(0)
  })
})

describe.skipIf(process.platform === 'win32')('a limit on the size of files', () => {
  test.for(FULL)('refuses to %s as a whole', { timeout: 300_000 }, step => {
    const refused = untilItFits(step, room => {
      const folder = lives.restore(step)
      const limit = `ulimit -f ${room * 2}; exec "$0" "$@"`
      const said = execFileSync('sh', ['-c', limit, process.execPath, driver, folder, step, 'try'])
      return { folder, answer: answerOf(said) }
    })
    expect(refused).toBeGreaterThan(0)
  })
})
