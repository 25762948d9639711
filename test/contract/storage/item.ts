/** The table of the contract: one field of every type. */
import { sql } from 'kysely'
import type { Row, Value } from '../../../src/core/values.ts'
import type { Table } from '../../../src/dictionary/model.ts'
import type { Reading, Target } from '../../../src/storage/contract.ts'

export const item = {
  name: 'item',
  number: 205,
  travels: { up: true, down: true, prototype: true, area: false },
  fields: [
    { name: 'item_id', type: 'id' },
    { name: 'title', type: 'text', length: 50 },
    { name: 'active', type: 'boolean', default: true },
    { name: 'small', type: 'int16', default: 0 },
    { name: 'count', type: 'int32', default: 0 },
    { name: 'big', type: 'int64', nullable: true },
    { name: 'price', type: 'double', nullable: true },
    { name: 'amount', type: 'decimal', nullable: true },
    { name: 'note', type: 'text', nullable: true },
    { name: 'raw', type: 'bytes', nullable: true },
    { name: 'day', type: 'date', nullable: true },
    { name: 'changed', type: 'datetime', nullable: true },
    { name: 'extra', type: 'json', nullable: true },
    { name: 'token', type: 'uuid', nullable: true },
  ],
  uniqueKeys: [{ fields: ['title'], onCollision: 'reject' }],
  indexes: [['count'], ['active', 'small']],
} as const satisfies Table

export type ItemField = (typeof item.fields)[number]['name']

export const itemTarget: Target = {
  table: 'item',
  key: ['item_id'],
  columns: item.fields.slice(1).map(field => field.name),
}

/** Some columns of an item. */
export const only = (...columns: ItemField[]): Target => ({ ...itemTarget, columns })

/** A whole row, with these values where they are given. */
export function sample(values: Partial<Record<ItemField, Value>>): Row {
  const id = Number(values.item_id)
  const usual: Partial<Record<ItemField, Value>> = { title: `item ${id}`, active: true, small: 0, count: id }
  const all = { ...usual, ...values }
  return item.fields.map(field => all[field.name] ?? null)
}

export async function titles(read: Reading): Promise<string[]> {
  const rows = await read.rows(sql<{ title: string }>`select title from item order by item_id`)
  return rows.map(row => row.title)
}
