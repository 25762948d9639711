/** README: the commands and the lines of code that it shows run as they stand there. */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import Driver from 'better-sqlite3-multiple-ciphers'
import { expect, test } from 'vitest'
import { ROOT, read } from './support/sources.ts'

const run = promisify(execFile)
const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(read('README.md')) ?? []

test('the example in the README does what it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-readme-'))
  try {
    const library = pathToFileURL(join(ROOT, 'src/index.ts')).href
    expect(example).toContain("from 'homecoming'")
    await writeFile(join(folder, 'example.ts'), example.replace("'homecoming'", `'${library}'`))
    const { stdout } = await run(process.execPath, ['example.ts'], { cwd: folder })
    const [, promised] = /console\.log\(.*\) \/\/ (.*)/.exec(example) ?? []
    expect(stdout.trim()).toBe(promised)
    expect(await readdir(join(folder, 'laptop'))).not.toContain('travel.key')
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** `$ command`, then what it printed; `[...]` stands for lines that are left out. */
const session = [...read('README.md').matchAll(/```text\n(\$ [\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
  .map(part => part.split('\n'))
  .map(([command = '', ...printed]) => ({
    command,
    printed: printed.map(line => line.trimEnd()).filter(line => line !== '' && line !== '[...]'),
  }))

test('the commands in the README print what it says', async () => {
  expect(session.length).toBeGreaterThan(5)
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-readme-'))
  try {
    for (const { command, printed } of session) {
      const [, file, statement] = /^sqlite3 (\S+) "(.*)"$/.exec(command) ?? []
      if (file && statement) {
        new Driver(join(folder, file)).exec(statement).close()
        continue
      }
      const words = command.split(' ').slice(1)
      const { stdout } = await run(join(ROOT, 'bin/homecoming'), words, { cwd: folder })
      const lines = stdout.split('\n').map(line => line.trimEnd())
      expect(printed.filter(line => !lines.includes(line))).toEqual([])
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}, 60_000)
