/**
 * Field level: which tables an administrator has switched to field-level replication.
 * A table that was ever switched keeps its field versions; only capture stops writing parts when it is switched off.
 */
import type { Reading, Writing } from '../storage/contract.ts'
import { readSetting, writeSetting } from './settings.ts'

/** Numbers of the tables that capture writes field parts for. */
const NOW = 'field-level'
/** Numbers of the tables that may have field versions. */
const EVER = 'field-level-ever'

export const fieldLevelNow = (read: Reading): Promise<Set<number>> => numbers(read, NOW)
export const fieldLevelTables = (read: Reading): Promise<Set<number>> => numbers(read, EVER)

async function numbers(read: Reading, name: string): Promise<Set<number>> {
  const text = (await readSetting(read, name)) ?? ''
  return new Set(text.split(' ').filter(Boolean).map(Number))
}

export async function setFieldLevel(write: Writing, tables: ReadonlySet<number>): Promise<void> {
  const ever = new Set([...(await fieldLevelTables(write)), ...tables])
  await writeSetting(write, NOW, [...tables].join(' '))
  await writeSetting(write, EVER, [...ever].join(' '))
}
