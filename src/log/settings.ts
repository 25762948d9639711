/** Small named values of a database: what it is, and where its own counters stand. */
import { sql } from 'kysely'
import type { Reading, Writing } from '../storage/contract.ts'

export async function readSetting(read: Reading, name: string): Promise<string | undefined> {
  return (await read.row(sql<{ value: string }>`select value from hc_setting where name = ${name}`))?.value
}

export async function writeSetting(write: Writing, name: string, value: string): Promise<void> {
  await write.upsert({ table: 'hc_setting', key: ['name'], columns: ['value'] }, [[name, value]])
}

export async function readNumber(read: Reading, name: string, fallback = 0): Promise<number> {
  return Number((await readSetting(read, name)) ?? fallback)
}
