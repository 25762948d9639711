/** Every table of ours that a database of an installation has. */

import { AREA_TABLES } from '../areas/tables.ts'
import { HASH_TABLES } from '../hashes/tables.ts'
import { PACKET_TABLES } from '../log/link-tables.ts'
import { RELAY_TABLES } from '../log/relay-tables.ts'
import { LOG_TABLES } from '../log/tables.ts'
import type { OwnTable, Schema } from '../storage/contract.ts'
import { PROTOTYPE } from './tables.ts'

/** Associates who may go on travel. */
const RIGHT: OwnTable = {
  name: 'hc_right',
  columns: [{ name: 'associate_id', type: 'int' }],
  key: ['associate_id'],
}

/** Number series: `next` is the next number to give out; `link_id` who has it now, 0 nobody. */
const SERIES: OwnTable = {
  name: 'hc_series',
  columns: [
    { name: 'start', type: 'int' },
    { name: 'link_id', type: 'int' },
  ],
  key: ['start'],
}

/** Counters of number series by their classic key; merged by the greater value. */
const COUNTER: OwnTable = {
  name: 'hc_counter',
  columns: [
    { name: 'name', type: 'text' },
    { name: 'value', type: 'int' },
  ],
  key: ['name'],
}

export const OWN_TABLES: readonly OwnTable[] = [
  ...LOG_TABLES,
  ...PACKET_TABLES,
  ...RELAY_TABLES,
  ...AREA_TABLES,
  ...HASH_TABLES,
  PROTOTYPE,
  RIGHT,
  SERIES,
  COUNTER,
]

export async function createOwnTables(schema: Schema): Promise<void> {
  for (const table of OWN_TABLES) await schema.createOwnTable(table)
}
