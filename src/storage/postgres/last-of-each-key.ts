/**
 * Last of each key: rows as if they were written one after another.
 * Why: one statement may write a row only once, and does not say which of two values it takes.
 */
import type { Row } from '../../core/values.ts'
import type { Target } from '../contract.ts'

/** @returns the last row of each key, where that key came first; `rows` itself where no key comes twice */
export function lastOfEachKey({ key }: Target, rows: readonly Row[]): readonly Row[] {
  const last = new Map<string, Row>()
  for (const row of rows) last.set(row.slice(0, key.length).map(String).join('\0'), row)
  return last.size === rows.length ? rows : [...last.values()]
}
