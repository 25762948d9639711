/** Our bookkeeping about prototypes; the classic row is in travelgenerateddatabase. */
import type { OwnTable } from '../storage/contract.ts'

/** `name` is the file in the prototypes folder; `position` what it knows at least; `wrapped_key` its own key. */
export const PROTOTYPE: OwnTable = {
  name: 'hc_prototype',
  columns: [
    { name: 'prototype_id', type: 'int' },
    { name: 'area_id', type: 'int' },
    { name: 'position', type: 'int' },
    { name: 'time', type: 'int' },
    { name: 'name', type: 'text' },
    { name: 'wrapped_key', type: 'bytes' },
    { name: 'records', type: 'int' },
    { name: 'bytes', type: 'int' },
    { name: 'dictionary_version', type: 'int', default: 0 },
  ],
  key: ['prototype_id'],
}
