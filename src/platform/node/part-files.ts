/**
 * Part files: what a file is called until it is whole: `<name>.<process>-<random>.part` beside its later name.
 * A process that was killed leaves its part behind; the next writer of the same file sweeps it away.
 */
import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export function partPath(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`
}

/** Removes parts of this file whose process has ended. A wrong guess costs that writer an error, never a whole file. */
export async function sweepParts(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    const process = processOfPart(name, basename(path))
    if (process !== undefined && !isRunning(process)) await rm(join(folder, name), { force: true })
  }
}

function processOfPart(name: string, whole: string): number | undefined {
  if (!name.startsWith(`${whole}.`)) return undefined
  const match = /^(\d+)-[0-9a-f]{8}\.part$/.exec(name.slice(whole.length + 1))
  return match ? Number(match[1]) : undefined
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
