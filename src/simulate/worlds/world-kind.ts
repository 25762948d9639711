/** World kind: a model with people at work in it. Everything else of the simulator knows no table. */
import type { Value } from '../../core/values.ts'
import type { Dictionary } from '../../dictionary/model.ts'
import type { Writing } from '../../storage/contract.ts'

export interface WorldKind {
  readonly name: string
  readonly dictionary: Dictionary
  /** Tables with field-level replication. */
  readonly fieldLevel: readonly string[]
  /** Tables that people work in; one named twice is worked in twice as often. */
  readonly tables: readonly string[]
  /** The field of a table that says which edit its row comes from. */
  readonly marks: Readonly<Record<string, string>>
  /** The first records, among them people 1 to `people`. */
  fill(write: Writing, people: number): Promise<void>
  /** @param pick a record of a table, or 0 */
  values(table: string, seed: number, people: number, pick: (table: string) => number): Record<string, Value>
}
