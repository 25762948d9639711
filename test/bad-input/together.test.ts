/** Two processes at once: on one link, or one that builds while the other writes. Nothing is lost, nothing doubled. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPrototype } from '../../src/prototype/build.ts'
import { verify } from '../../src/travel/verify.ts'
import type { Step } from '../support/life.ts'
import { LifeBefore } from '../support/life-before.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

const run = promisify(execFile)
const beside = (name: string): string => join(import.meta.dirname, '../support', name)

const lives = new LifeBefore()
beforeAll(() => lives.live(), 120_000)
afterAll(() => lives.remove())

async function drive(folder: string, step: Step, how: 'try' | 'on'): Promise<unknown> {
  const words = [beside('life-driver.ts'), folder, step, how]
  return JSON.parse((await run(process.execPath, words, { maxBuffer: 2 ** 24 })).stdout)
}

/** @returns the refusals of two processes that run the step at once; what they did is done */
async function twice(folder: string, step: Step): Promise<{ code: string }[]> {
  const answers = await Promise.all([drive(folder, step, 'try'), drive(folder, step, 'try')])
  return (answers as { code?: string }[]).filter(answer => answer.code !== undefined) as { code: string }[]
}

/** Two that take turns may answer once more: a packet that only says what was read. */
function withoutAnswers(lived: unknown): unknown {
  const text = JSON.stringify(lived, (_, value: unknown) =>
    Array.isArray(value) ? value.filter(entry => !String(entry).endsWith('.up.heard')) : value,
  )
  return JSON.parse(text)
}

test.each([1, 2, 3, 4])(
  'two processes exchange on one link at the same time, and it is as if one had (%i)',
  async () => {
    const folder = lives.restore('exchange')
    const refusals = await twice(folder, 'exchange')
    expect(refusals.filter(refusal => refusal.code !== 'DATABASE_BUSY')).toEqual([])
    expect(withoutAnswers(await drive(folder, 'exchange', 'on'))).toEqual(withoutAnswers(lives.undisturbed))
    await rm(folder, { recursive: true })
  },
  120_000,
)

test('two processes send one person on travel into one folder at the same time, and one journey comes of it', async () => {
  const folder = lives.restore('go')
  const refusals = await twice(folder, 'go')
  for (const refusal of refusals)
    expect(refusal.code).toMatch(/^(ALREADY_AWAY|DATABASE_BUSY|DATABASE_EXISTS|FILE_FAILED)$/)
  expect(await drive(folder, refusals.length === 2 ? 'go' : 'work', 'on')).toEqual(lives.undisturbed)
}, 120_000)

test('a prototype is built while another program writes, and whoever leaves with it has every record', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const writer = spawn(process.execPath, [beside('busy-writer.ts'), office.site.path], { stdio: 'pipe' })
  const written: number[] = []
  const lines = createInterface({ input: writer.stdout }).on('line', line => written.push(Number(line)))
  await once(lines, 'line')
  const before = written.length
  await buildPrototype(office.site, 0)
  await once(lines, 'line')
  const [during] = [written.length - before]
  const laptop = await office.leave('ee')
  writer.stdin.end()
  const [code] = await once(writer, 'close')
  await laptop.exchange()

  expect(code).toBe(0)
  expect(during).toBeGreaterThan(0)
  const found = await laptop.desk.rows(
    sql<{ id: number }>`select note_id as id from note where text = 'written meanwhile' order by 1`,
  )
  expect(found.map(row => row.id)).toEqual(written)
  expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
}, 120_000)
