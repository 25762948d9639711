/** README: the lines of code that it shows run as they stand there. */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ROOT, read } from './support/sources.ts'

const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(read('README.md')) ?? []

test('the example in the README does what it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-readme-'))
  try {
    const library = pathToFileURL(join(ROOT, 'src/index.ts')).href
    expect(example).toContain("from 'homecoming'")
    await writeFile(join(folder, 'example.ts'), example.replace("'homecoming'", `'${library}'`))
    const { stdout } = await promisify(execFile)(process.execPath, ['example.ts'], { cwd: folder })
    const [, promised] = /console\.log\(.*\) \/\/ (.*)/.exec(example) ?? []
    expect(stdout.trim()).toBe(promised)
    expect(await readdir(join(folder, 'laptop'))).not.toContain('travel.key')
  } finally {
    await rm(folder, { recursive: true })
  }
})
