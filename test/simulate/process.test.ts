/** Process: a simulated death is like a real one: nothing that its code still does reaches anything. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { machine } from '../../src/app/wire.ts'
import { Process } from '../../src/simulate/process.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homecoming-process-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const bytes = new Uint8Array(10)

test('whoever dies tidies nothing up', async () => {
  const process = new Process(machine(), {})
  const { files } = process.machine.platform
  const { died } = await process.act({ dies: 3 }, async () => {
    try {
      await files.write(join(folder, 'left'), bytes)
      await files.write(join(folder, 'never'), bytes)
    } finally {
      await files.remove(join(folder, 'left'))
    }
  })
  expect(died).toBe(true)
  expect(process.diedAt).toBe('after a file is written')
  expect(await readdir(folder)).toEqual(['left'])
})

test('the next process works again', async () => {
  const process = new Process(machine(), {})
  const { files } = process.machine.platform
  await process.act({ dies: 1 }, () => files.write(join(folder, 'one'), bytes))
  await process.restart()
  const { died } = await process.act({}, () => files.write(join(folder, 'two'), bytes))
  expect(died).toBe(false)
  expect(await files.exists(join(folder, 'two'))).toBe(true)
})

test('a full disk refuses what is too much, and nothing else', async () => {
  const process = new Process(machine(), {})
  const { files } = process.machine.platform
  const { error } = await process.act({ room: 15 }, async () => {
    await files.write(join(folder, 'fits'), bytes)
    await files.write(join(folder, 'does not'), bytes)
  })
  expect(error).toMatchObject({ code: 'DISK_FULL' })
  expect(await files.exists(join(folder, 'fits'))).toBe(true)
  expect(await files.exists(join(folder, 'does not'))).toBe(false)
})
