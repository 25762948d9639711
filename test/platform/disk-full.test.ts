import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

const writeLarge = join(import.meta.dirname, 'write-large.ts')

test.skipIf(process.platform === 'win32')(
  'a file-size limit reads as DISK_FULL, names the path and leaves nothing half-written',
  async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'a')

    const said = execFileSync('sh', [
      '-c',
      'ulimit -f 64; exec "$0" "$@"',
      process.execPath,
      writeLarge,
      path,
    ])

    expect(JSON.parse(said.toString())).toEqual({ code: 'DISK_FULL', path, errno: 'EFBIG' })
    expect(await readdir(folder.path)).toEqual([])
  },
)

test('a full file system reads as DISK_FULL, names the path and leaves nothing half-written', async context => {
  await using folder = await temporaryFolder()
  const disk = join(folder.path, 'disk')
  await mkdir(disk)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk])
  context.skip(mounted.status !== 0, 'mounting a small file system is not allowed here')
  try {
    const path = join(disk, 'a')
    const said = execFileSync(process.execPath, [writeLarge, path])

    expect(JSON.parse(said.toString())).toEqual({ code: 'DISK_FULL', path, errno: 'ENOSPC' })
    expect(await readdir(disk)).toEqual([])
  } finally {
    spawnSync('umount', [disk])
  }
})
