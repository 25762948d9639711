/** Ctrl-C while a command works: it ends at a safe point with 130, and the same command can be run again. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homecoming, LAUNCHER, temporaryFolder } from './command-line.ts'

/** Resolves as soon as a file of this name is in the folder. */
async function appearance(folder: string, name: string): Promise<void> {
  const watcher = watch(folder)
  try {
    while (!existsSync(join(folder, name))) await once(watcher, 'change')
  } finally {
    watcher.close()
  }
}

test('a database that was half written is not there, and is written by the next run', async () => {
  using folder = temporaryFolder()
  const words = ['create', 'central.db', '--json', '--records']
  const begun = appearance(folder.path, 'central.db.building')
  const child = spawn(LAUNCHER, [...words, '300000'], { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  child.stdout.on('data', chunk => out.push(chunk))
  await begun
  child.kill('SIGINT')
  const [code] = await once(child, 'close')

  expect(code).toBe(130)
  expect(JSON.parse(Buffer.concat(out).toString())).toMatchObject({ error: { code: 'INTERRUPTED' } })
  expect(readdirSync(folder.path)).toEqual([])
  expect(await homecoming([...words, '500'], { folder: folder.path })).toMatchObject({ code: 0 })
})
