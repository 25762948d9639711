/**
 * Open: one connection to a database file, with its key and its settings.
 * Order:  cipher, key, a first read that proves the key, then the other settings.
 * Never:  makes a file that was not asked for, or leaves a half-made one.
 */
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs'
import { HomecomingError } from '../../core/errors.ts'
import type { OpenOptions } from '../contract.ts'
import { type DriverDatabase, isDriverError, openDriver } from './driver.ts'
import { translated } from './driver-errors.ts'
import { fileError } from './file-errors.ts'
import { kindOf } from './open-files.ts'
import { DEFAULT_WAIT, waitingFor } from './waiting.ts'

const SETTINGS = [
  // A trigger on an indexed table costs far more with temporary files (docs/decisions/0003).
  'temp_store = MEMORY',
  'foreign_keys = ON',
  // As every other program has it: REPLACE fires no delete trigger. Capture is right either way.
  'recursive_triggers = OFF',
  // Damage is found when a page is read, not when a wrong row comes out of it.
  'cell_size_check = ON',
]
export const WRITER_SETTINGS = [
  'journal_mode = WAL',
  // NORMAL may forget the last commits when the power fails. A packet would then be out in the world that this
  // database does not know of: a break (SPEC 10).
  'synchronous = FULL',
  // 8 MB, for long transactions: pages of indexes that are written in no order stay at hand.
  'cache_size = -8192',
]

/** What a connection is for. `copy` only reads the database, but may write to another one that it attaches. */
export type Access = 'write' | 'read' | 'copy'

/** @throws {HomecomingError} DATABASE_NOT_FOUND, DATABASE_EXISTS, DATABASE_INVALID, KEY_MISSING, KEY_WRONG, DATABASE_BUSY */
export async function openConnection(
  path: string,
  options: OpenOptions,
  access: Access,
): Promise<DriverDatabase> {
  if (options.create) createFile(path)
  else checkFile(path)
  try {
    return await waitingFor(path, options.waitFor ?? DEFAULT_WAIT, () => connect(path, options, access))
  } catch (error) {
    if (options.create) removeDatabase(path)
    throw error
  }
}

/** `PRAGMA`s that must come before anything else touches the file. The key goes raw: as text it costs 20 to 36 ms. */
export function keySettings(key: Uint8Array): string[] {
  return [`cipher = 'aegis'`, `key = ${keyText(key)}`]
}

export const keyText = (key: Uint8Array): string => `"x'${Buffer.from(key).toString('hex')}'"`

export function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
}

/** Makes an empty file, or says that there is one. */
export function createFile(path: string): void {
  if (existsSync(path)) throw new HomecomingError('DATABASE_EXISTS', `${path} exists already`, { path })
  try {
    closeSync(openSync(path, 'wx'))
  } catch (error) {
    throw fileError(path, 'could not be created', error)
  }
}

function checkFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new HomecomingError('DATABASE_NOT_FOUND', `there is no ${path}`, { path })
  if (!found.isFile()) throw fileError(path, 'is no file')
  if (found.size === 0) throw new HomecomingError('DATABASE_INVALID', `${path} is empty`, { path })
}

function connect(path: string, options: OpenOptions, access: Access): DriverDatabase {
  let db: DriverDatabase | undefined
  try {
    db = openDriver(path, { readOnly: access === 'read' })
    // What the library calls safe mode passes over `journal_mode = OFF` without a word.
    if (access === 'copy') db.unsafeMode(true)
    for (const setting of options.key ? keySettings(options.key) : []) db.pragma(setting)
    db.pragma('schema_version')
    for (const setting of access === 'write' ? [...SETTINGS, ...WRITER_SETTINGS] : SETTINGS)
      db.pragma(setting)
    // Opens the write-ahead log now, so that this connection clears it away when it is the last to close.
    if (access === 'write') db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').all()
    return db
  } catch (error) {
    db?.close()
    throw refusal(path, options, error)
  }
}

function refusal(path: string, options: OpenOptions, error: unknown): unknown {
  if (!isDriverError(error) || error.code !== 'SQLITE_NOTADB') return translated(error, path)
  const kind = kindOf(path)
  const values = { path }
  if (kind === 'foreign') {
    return new HomecomingError('DATABASE_INVALID', `${path} is no database`, values, error)
  }
  if (options.key === undefined) {
    if (kind === 'plain') return translated(error, path)
    return new HomecomingError('KEY_MISSING', `${path} is encrypted, and no key was given`, values, error)
  }
  const fact =
    kind === 'plain' ? 'is not encrypted' : 'does not open with this key, or its beginning is damaged'
  return new HomecomingError('KEY_WRONG', `${path} ${fact}`, values, error)
}
