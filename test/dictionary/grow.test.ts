import { expect, test } from 'vitest'
import { compareDictionaries } from '../../src/dictionary/grow.ts'
import type { Dictionary, Field, Table } from '../../src/dictionary/model.ts'
import { secondModel } from '../support/second-model.ts'

const withTable = (name: string, change: (table: Table) => Table): Dictionary => ({
  ...secondModel,
  version: 2,
  tables: secondModel.tables.map(table => (table.name === name ? change(table) : table)),
})
const withField = (field: Field): Dictionary =>
  withTable('port', table => ({ ...table, fields: [...table.fields, field] }))
const changes = (next: Dictionary): readonly string[] => {
  const result = compareDictionaries(secondModel, next)
  return result.kind === 'changed' ? result.changes : [result.kind]
}

test('the same model is the same, whatever the order of its properties', () => {
  expect(changes(JSON.parse(JSON.stringify(secondModel)))).toEqual(['same'])
})

test('new tables and new fields at the end may come while people are away', () => {
  const pier: Table = { ...secondModel.tables[1]!, name: 'pier', number: 399 }
  const grown = withField({ name: 'depth', type: 'double', nullable: true })
  const result = compareDictionaries(secondModel, { ...grown, tables: [...grown.tables, pier] })
  expect(result).toMatchObject({
    kind: 'grew',
    tables: [{ name: 'pier' }],
    grown: [{ table: { name: 'port' }, fields: [{ name: 'depth' }] }],
  })
})

test('a new field with a default may come, one without cannot fill the rows that are there', () => {
  expect(changes(withField({ name: 'depth', type: 'int32', default: 0 }))).toEqual(['grew'])
  expect(changes(withField({ name: 'depth', type: 'int32' }))).toEqual([
    'table port, field depth: a new field must be nullable or have a default',
  ])
})

test('everything else needs everyone home, and is told place by place', () => {
  const [first, ...rest] = secondModel.tables
  expect(changes({ ...secondModel, tables: rest })).toEqual([`table ${first!.name}: is gone`])
  expect(changes({ ...secondModel, version: 0 })).toEqual(['dictionary: version 0 is older than 1'])
  expect(changes(withTable('port', table => ({ ...table, number: 400 })))).toEqual([
    'table port: number changed',
  ])
  expect(changes(withTable('port', table => ({ ...table, fields: table.fields.slice(0, 2) })))).toEqual([
    'table port, field name: is gone',
  ])
  expect(
    changes(
      withTable('port', ({ fields: [id, code, name], ...table }) => ({
        ...table,
        fields: [id!, name!, code!],
      })),
    ),
  ).toEqual([
    'table port, field code: name stands in its place',
    'table port, field name: code stands in its place',
  ])
  expect(changes(withTable('voyage', ({ membership: _, ...table }) => table))).toEqual([
    'table voyage: membership changed',
  ])
})
