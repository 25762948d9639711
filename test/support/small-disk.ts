/** A file system of its own that can be filled: the only way to see what a full disk does. Needs the right to mount. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const BALLAST = 'ballast'

export class SmallDisk implements Disposable {
  readonly path: string
  /** False where mounting is not allowed: say so and skip. */
  readonly mounted: boolean

  constructor(path: string, megabytes: number) {
    this.path = path
    mkdirSync(path)
    const words = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]
    this.mounted = spawnSync('mount', words).status === 0
  }

  empty(): void {
    for (const name of readdirSync(this.path)) rmSync(join(this.path, name), { recursive: true })
  }

  /** Takes everything but `room` KiB for as long as `work` runs. */
  withRoom<T>(room: number, work: () => T): T {
    const { bavail, bsize } = statfsSync(this.path)
    const ballast = join(this.path, BALLAST)
    writeFileSync(ballast, new Uint8Array(bavail * bsize - room * 1024))
    try {
      return work()
    } finally {
      rmSync(ballast)
    }
  }

  [Symbol.dispose](): void {
    if (this.mounted) spawnSync('umount', [this.path])
  }
}
