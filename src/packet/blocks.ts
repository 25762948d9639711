/** Blocks: operations of one table as frames, in the order in which their receiver can apply them. */
import { sql } from 'kysely'
import type { Query } from '../storage/contract.ts'
import type { Frame } from './container.ts'
import { encodeOperations, FRAME, type Operation } from './content.ts'
import { splitByWeight, weighRow } from './split-by-weight.ts'

/** What goes makes room for what comes: another record may have taken its unique key. */
export const deletionsFirst = (which: Query): Query[] => [
  sql`${which} and v.deleted = 1`,
  sql`${which} and v.deleted = 0`,
]

/** Operations of one block as a frame for deletions and a frame for puts. */
export function* byKind(table: number, operations: readonly Operation[]): Generator<Frame> {
  for (const kind of ['delete', 'leave', 'put'] as const) {
    const some = operations.filter(operation => operation.kind === kind)
    for (const part of splitByWeight(some, weigh)) {
      yield { kind: FRAME.operations, body: encodeOperations(table, kind, part) }
    }
  }
}

const weigh = (operation: Operation): number =>
  (operation.values ? weighRow(operation.values) : 0) + (operation.base ? weighRow(operation.base) : 0)
