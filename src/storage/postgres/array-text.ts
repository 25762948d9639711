/**
 * Array text: a column of many rows as one parameter, in the words in which PostgreSQL reads arrays.
 * Never: makes `{}` in an array of arrays; the elements are values of one column.
 */
import type { Row } from '../../core/values.ts'
import { textOf } from './values.ts'

/** @returns `{1,NULL,"a \"word\""}` */
export function arrayText(rows: readonly Row[], column: number): string {
  const parts: string[] = []
  for (const row of rows) parts.push(element(row[column]))
  return `{${parts.join(',')}}`
}

/** Anything that an array could take for its own punctuation goes in quotes; so does the word NULL. */
function element(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  const text = textOf(value)
  if (text === null) return 'NULL'
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`
}
