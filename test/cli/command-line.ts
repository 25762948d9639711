/** Runs bin/homecoming as a person would: a process of its own, in a folder of its own. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const LAUNCHER = resolve(import.meta.dirname, '../../bin/homecoming')

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly launcher?: string
}

/** The variables of the person who runs the tests must not decide what a test sees. */
const BARE = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'UTC' }

export function homecoming(words: readonly string[], around: Surroundings = {}): Promise<Ended> {
  const options = { cwd: around.folder ?? tmpdir(), env: { ...BARE, ...around.environment } }
  return new Promise(done => {
    const child = execFile(around.launcher ?? LAUNCHER, words, options, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
    })
    child.stdin?.end()
  })
}

export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'homecoming-cli-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
