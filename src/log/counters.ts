/**
 * Counters of visible numbers (SPEC 11), by their classic key; merged by the greater value, never by time.
 * `Counter-<table number * 256 + field>-<template or 0>-<series>`: the last number given out.
 */
import { sql } from 'kysely'
import type { Reading, Writing } from '../storage/contract.ts'

export type CounterLine = readonly [name: string, value: number]

export const counterName = (table: number, field: number, series: number): string =>
  `Counter-${table * 256 + field}-0-${series}`

export async function readCounters(read: Reading): Promise<CounterLine[]> {
  const rows = await read.rows(
    sql<{ name: string; value: number }>`select name, value from hc_counter order by name`,
  )
  return rows.map(row => [row.name, row.value])
}

export async function readCounter(read: Reading, name: string): Promise<number | undefined> {
  return (await read.row(sql<{ value: number }>`select value from hc_counter where name = ${name}`))?.value
}

export async function mergeCounters(write: Writing, lines: readonly CounterLine[]): Promise<void> {
  for (const [name, value] of lines) {
    const known = await readCounter(write, name)
    if (known === undefined || known < value) {
      await write.upsert({ table: 'hc_counter', key: ['name'], columns: ['value'] }, [[name, value]])
    }
  }
}
