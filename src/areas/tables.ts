/**
 * Our bookkeeping about areas: which records belong where, and when they entered and left.
 * Shape:  areas with rules take a slot each: a bit in a word. A record has one row per word, with the bits of all its areas.
 *         An area of everything takes no slot, and has no rows at all.
 * Why:    every rule of membership is then one expression of bits (`|` any, `&` both ends), worked out for all areas at once.
 */
import type { OwnTable } from '../storage/contract.ts'

const key = (name: string) => ({ name, type: 'int' }) as const
const int = (name: string, fallback = 0) => ({ name, type: 'int', default: fallback }) as const

/** Bits in a word: a bit more would not be a whole number of JavaScript's. */
export const WORD = 48

/**
 * An area as membership knows it: what its rows in `area` said when they were last looked at.
 *   alldata:  1 everything; it has no slot then (word -1, bit 0)
 *   bit:      2 ** n
 */
export const AREA_SLOT: OwnTable = {
  name: 'hc_area_slot',
  columns: [key('area_id'), int('word'), int('bit'), int('alldata')],
  key: ['area_id'],
}

/** The bits of the areas that include an associate, and of those that include or are assigned them. */
export const AREA_USER: OwnTable = {
  name: 'hc_area_user',
  columns: [key('word'), key('associate_id'), int('included'), int('present')],
  key: ['word', 'associate_id'],
}

/** The areas of a record. No row: in none. */
export const MEMBER: OwnTable = {
  name: 'hc_member',
  columns: [key('word'), key('tablenumber'), key('record_id'), int('mask')],
  key: ['word', 'tablenumber', 'record_id'],
}

/**
 * The last time a record entered (1) or left (0) an area. A new record has none: its version says that it is new.
 * Rows that no child and no prototype needs any more are dropped.
 */
export const MOVE: OwnTable = {
  name: 'hc_move',
  columns: [key('area_id'), key('tablenumber'), key('record_id'), int('position'), int('entered')],
  key: ['area_id', 'tablenumber', 'record_id'],
  indexes: [['area_id', 'position']],
}

/** Empty between transactions: records whose areas have to be worked out again, and what came of it. */
export const DIRTY: OwnTable = {
  name: 'hc_dirty',
  columns: [key('tablenumber'), key('record_id'), int('born')],
  key: ['tablenumber', 'record_id'],
}
export const SHIFT: OwnTable = {
  name: 'hc_shift',
  columns: [key('tablenumber'), key('record_id'), int('was'), int('mask'), int('born')],
  key: ['tablenumber', 'record_id'],
}

/** What the classic `area` row has no column for. */
export const AREA_SETTING: OwnTable = {
  name: 'hc_area',
  columns: [key('area_id'), int('freetext')],
  key: ['area_id'],
}

export const AREA_TABLES = [AREA_SLOT, AREA_USER, MEMBER, MOVE, DIRTY, SHIFT, AREA_SETTING] as const
