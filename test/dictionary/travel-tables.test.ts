import { expect, test } from 'vitest'
import { travelTables } from '../../src/dictionary/travel-tables.ts'

const tables = travelTables({ associate: { table: 'crew', name: 'login' } })
const log = tables.find(table => table.number === 29)!

test('the travel tables have their classic numbers and lower-case names', () => {
  expect(Object.fromEntries(tables.map(table => [table.number, table.name]))).toEqual({
    0: 'sequence',
    29: 'traveltransactionlog',
    30: 'travelgeneratedtransaction',
    31: 'traveller',
    32: 'travelcurrent',
    33: 'travelgenerateddatabase',
    38: 'area',
    40: 'areauserassignment',
    41: 'areauserinclusion',
    42: 'satellite',
    43: 'travelidmapping',
  })
  for (const field of tables.flatMap(table => table.fields)) expect(field.name).toBe(field.name.toLowerCase())
})

test('the log has the classic columns, then where the change came from', () => {
  expect(log.fields.map(field => field.name)).toEqual([
    'traveltransactionlog_id',
    'ttime',
    'prev_record_id',
    'type',
    'associate_id',
    'tablenumber',
    'record_id',
    'flags',
    'application_id',
    'origin_id',
  ])
})

test('areas go down only; the log and the bookkeeping do not travel', () => {
  const down = tables.filter(table => table.travels.down).map(table => table.name)
  expect(down).toEqual(['area', 'areauserassignment', 'areauserinclusion', 'satellite'])
  expect(tables.some(table => table.travels.up)).toBe(false)
})
