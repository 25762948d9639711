/**
 * Quarantine: packets that were refused, each with the reason in a text file beside it.
 * Never: replaces a file that is there; the second `ee0004.up` is `ee0004-2.up`.
 */
import { crashPoint } from '../../core/crash-points.ts'
import type { Files } from '../../platform/contract.ts'

const QUARANTINE = 'quarantine'

/** The reason is written first: no packet ever lies there without one, wherever a crash comes. */
export async function quarantine(files: Files, folder: string, name: string, reason: string): Promise<void> {
  const into = files.join(folder, QUARANTINE)
  await files.makeFolder(into)
  const free = freeName(name, await files.list(into))
  await files.write(files.join(into, `${free}.txt`), new TextEncoder().encode(`${reason}\n`))
  crashPoint('quarantine-explained')
  try {
    await files.move(files.join(folder, name), files.join(into, free))
  } catch (error) {
    // Another process may have put it there a moment ago: then the reason is that packet's.
    if (!(await files.exists(files.join(into, free)))) await files.remove(files.join(into, `${free}.txt`))
    throw error
  }
}

/** Compared without case: some of the systems that share a folder see no difference. */
function freeName(name: string, taken: readonly string[]): string {
  const names = new Set(taken.map(each => each.toLowerCase()))
  // A reason without its packet is what a crash between the two has left.
  const isFree = (each: string): boolean => !names.has(each.toLowerCase())
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : numbered(name, count)
    if (isFree(candidate)) return candidate
  }
}

function numbered(name: string, count: number): string {
  const dot = name.lastIndexOf('.')
  return `${name.slice(0, dot)}-${count}${name.slice(dot)}`
}
