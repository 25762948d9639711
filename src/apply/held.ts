/**
 * Held: an operation that cannot be applied waits at the receiver, translated; the packet goes on (SPEC 6).
 */
import { sql } from 'kysely'
import type { Table } from '../dictionary/model.ts'
import { nextNumber } from '../log/next-number.ts'
import { decode } from '../packet/msgpack-reader.ts'
import { encode } from '../packet/msgpack-writer.ts'
import type { Writing } from '../storage/contract.ts'
import type { Incoming } from './operation.ts'
import type { UpContext } from './up-context.ts'

export interface HeldWhere {
  readonly write: Writing
  readonly link: { readonly link_id: number }
  readonly packet: number
  readonly now: number
}

export async function hold(
  where: HeldWhere,
  table: Table,
  operation: Incoming,
  code: string,
  message: string,
): Promise<void> {
  const id = await nextNumber(where.write, 'hc_held', 'held_id')
  await where.write.insert(
    {
      table: 'hc_held',
      key: ['held_id'],
      columns: ['link_id', 'packet', 'tablenumber', 'record_id', 'operation', 'code', 'message', 'time'],
    },
    [
      [
        id,
        where.link.link_id,
        where.packet,
        table.number,
        operation.record,
        encode(operation),
        code,
        message,
        where.now,
      ],
    ],
  )
}

export interface HeldOperation {
  readonly held_id: number
  readonly packet: number
  readonly table: number
  readonly code: string
  /** At a child: the UP with which it goes back to a parent that was put back. */
  readonly sent: number
  readonly operation: Incoming
}

/** What waits on a link, oldest first. */
export async function heldOn(write: Writing, link: number): Promise<HeldOperation[]> {
  const rows = await write.rows(
    sql<{
      held_id: number
      packet: number
      tablenumber: number
      code: string
      sent: number
      operation: Uint8Array
    }>`select held_id, packet, tablenumber, code, sent, operation
      from hc_held where link_id = ${link} order by held_id`,
  )
  return rows.map(row => ({
    held_id: row.held_id,
    packet: row.packet,
    table: row.tablenumber,
    code: row.code,
    sent: row.sent,
    operation: decode(row.operation) as Incoming,
  }))
}

/** At a parent: by the names that records have now. `merged`: its record has been merged into another since. */
export async function waitingOn(
  context: Pick<UpContext, 'write' | 'link' | 'dictionary' | 'ids'>,
): Promise<(HeldOperation & { readonly merged: boolean })[]> {
  const held = await heldOn(context.write, context.link.link_id)
  return held.map(one => {
    const table = context.dictionary.tableByNumber(one.table)
    const operation = table ? context.ids.renamed(table, one.operation) : one.operation
    return { ...one, operation, merged: operation.record !== one.operation.record }
  })
}

/** What waits is another operation now, at the same place in the order. */
export async function replaceHeld(write: Writing, id: number, operation: Incoming): Promise<void> {
  await write.run(sql`update hc_held set operation = ${encode(operation)} where held_id = ${id}`)
}

export async function releaseHeld(write: Writing, id: number): Promise<void> {
  await write.run(sql`delete from hc_held where held_id = ${id}`)
}
