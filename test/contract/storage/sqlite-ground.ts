/** A folder of its own for each rule on SQLite. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '../../../src/storage/sqlite/storage.ts'
import type { Ground } from './place.ts'

export async function sqliteGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-storage-'))
  return {
    storage: sqliteStorage(),
    path: join(folder, 'test.db'),
    folder,
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}
