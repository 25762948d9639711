/**
 * Our bookkeeping about hashes.
 * Shape: two sides of it: OWN_SIDE is what a parent's records are, PARENT_SIDE what a child last had in common with its
 *        parent, in the parent's ids. A satellite has both.
 */
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import type { OwnTable } from '../storage/contract.ts'

export const OWN_SIDE = 0
export const PARENT_SIDE = -1
export type Side = typeof OWN_SIDE | typeof PARENT_SIDE

const key = (name: string) => ({ name, type: 'int' }) as const
const int = (name: string) => ({ name, type: 'int', default: 0 }) as const
const text = (name: string) => ({ name, type: 'text', default: '' }) as const

/** The hashes of up to BUCKET records in the order of their ids: 4 bytes that say which there are, then 8 bytes each. */
export const HASH: OwnTable = {
  name: 'hc_hash',
  columns: [key('side'), key('tablenumber'), key('bucket'), { name: 'hashes', type: 'bytes' }],
  key: ['side', 'tablenumber', 'bucket'],
}

/**
 * Their sums. Area 0: all records of a table. An area with rules has one for each table of which it has a part, and one
 * row of table 0 once it is summed.
 */
export const SUM: OwnTable = {
  name: 'hc_sum',
  columns: [key('side'), key('area_id'), key('tablenumber'), int('a'), int('b')],
  key: ['side', 'area_id', 'tablenumber'],
}

/** Records whose values may have changed without a version of their own. */
export const REHASH: OwnTable = {
  name: 'hc_rehash',
  columns: [key('side'), key('tablenumber'), key('record_id')],
  key: ['side', 'tablenumber', 'record_id'],
}

/**
 * Records that were not the same at both ends, or not as the log says.
 *   link_id:  whom it was found with; 0: found by comparing the rows with the log
 *   what:     missing (here), extra (here), differs
 *   reason:   hash (two databases were compared), not-captured (rows and log were)
 *   before:   the row that was here, JSON by field name
 */
export const DIFFERENCE: OwnTable = {
  name: 'hc_difference',
  columns: [
    key('difference_id'),
    int('time'),
    int('link_id'),
    int('tablenumber'),
    int('record_id'),
    text('what'),
    text('reason'),
    text('before'),
    int('repaired_time'),
  ],
  key: ['difference_id'],
  indexes: [['repaired_time']],
}

export const HASH_TABLES = [HASH, SUM, REHASH, DIFFERENCE] as const

/** What is compared: tables that a copy holds, and that every change of reaches it. */
export const hashedTables = (dictionary: LoadedDictionary): Table[] =>
  dictionary.captured.filter(table => table.travels.prototype && dictionary.goesDown(table))
