import { expect, test } from 'vitest'
import { TRAVEL_PREFIX } from '../../src/core/ids.ts'
import { loadDictionary } from '../../src/dictionary/load.ts'
import type { Table } from '../../src/dictionary/model.ts'
import { sha256 } from '../support/digest.ts'
import { secondModel } from '../support/second-model.ts'

const loaded = loadDictionary(secondModel, sha256)
const { table } = loaded
const names = (tables: readonly Table[]): string[] => tables.map(each => each.name)
const idField = (of: string, name: string) => loaded.idFields(table(of)).find(field => field.name === name)!

test('the fingerprint does not depend on the order of properties, but on everything else', () => {
  const { tables, ...rest } = secondModel
  expect(loadDictionary({ tables, ...rest }, sha256).fingerprint).toBe(loaded.fingerprint)
  expect(loadDictionary({ ...rest, tables, version: 2 }, sha256).fingerprint).not.toBe(loaded.fingerprint)
})

test('tables are found by name and by number, the travel tables too', () => {
  expect(loaded.tableByNumber(310)?.name).toBe('ship')
  expect(loaded.tableByNumber(29)?.name).toBe('traveltransactionlog')
  expect(loaded.find('contact')).toBeUndefined()
  expect(() => table('contact')).toThrow(expect.objectContaining({ code: 'TABLE_UNKNOWN' }))
  expect(() => loaded.fieldIndex(table('ship'), 'x')).toThrow(
    expect.objectContaining({ code: 'FIELD_UNKNOWN' }),
  )
})

test('captured is what travels at all, areas included, and never the log or what stays at home', () => {
  expect(names(loaded.captured)).toEqual(
    expect.arrayContaining(['ship', 'licence', 'area', 'areauserinclusion', 'satellite']),
  )
  for (const home of ['wages', 'sequence', 'traveltransactionlog', 'traveller', 'travelidmapping']) {
    expect(names(loaded.captured)).not.toContain(home)
  }
})

test('what travels by area goes down although its down flag is off', () => {
  expect(loaded.goesDown(table('shipdetails'))).toBe(true)
  expect(loaded.goesDown(table('wages'))).toBe(false)
  expect(loaded.goesUp(table('licence'))).toBe(false)
})

test('a typed reference finds its table from the type in the same row', () => {
  const owner = idField('note', 'owner_id')
  expect(owner.targetOf([1, 2, 40, ''])?.name).toBe('voyage')
  expect(owner.targetOf([1, 3n, 40, ''])?.name).toBe('crew')
  expect(owner.targetOf([1, 9, 40, ''])).toBeUndefined()
  expect(owner.targetOf([1, 2, 0, ''])).toBeUndefined()
  expect(owner.selector).toBe(1)
})

test('a pair finds its table from the number, among the tables that it may point at', () => {
  const to = idField('link', 'to_record')
  expect(to.targetOf([1, 310, 5, 321, 9, ''])?.name).toBe('cargo')
  expect(to.targetOf([1, 310, 5, 301, 9, ''])).toBeUndefined()
  expect(to.targetBy(320)?.name).toBe('voyage')
})

test('references of the travel tables point at the users of the model', () => {
  const inclusion = loaded.idFields(table('areauserinclusion'))
  expect(inclusion.map(field => names(field.targets))).toEqual([['area'], ['crew'], ['crew'], ['crew']])
})

test('a satellite names its owning company where the model has companies', () => {
  const parts = { ...secondModel.parts, company: { table: 'ship' } }
  const withCompany = loadDictionary({ ...secondModel, parts }, sha256)
  const target = (from: typeof loaded) =>
    from.idFields(from.table('satellite')).find(field => field.name === 'contact_id')?.targets[0]?.name
  expect([target(loaded), target(withCompany)]).toEqual([undefined, 'ship'])
})

test('what belongs to a ship: by plain, typed and pair references that own', () => {
  const children = loaded.childrenOf(table('ship')).map(child => `${child.table.name}.${child.field.name}`)
  expect(children).toEqual(['ownship.ship_id', 'note.owner_id', 'link.from_record', 'link.to_record'])
  expect(loaded.owningParents(table('cargo')).map(field => field.name)).toEqual(['voyage_id'])
})

test('details are reached from the ship that points at them', () => {
  const owners = loaded.reverseOwners(table('shipdetails'))
  expect(owners.map(owner => `${owner.table.name}.${owner.field.name}`)).toEqual(['ship.details_id'])
})

test('one table may have two owners; roles are told by their fields', () => {
  expect(loaded.ownerFields(table('ship'))).toEqual([2, 3])
  expect(loaded.contactFields(table('voyage'))).toEqual([1])
  expect(loaded.projectFields(table('voyage'))).toEqual([2])
  expect(loaded.seriesFields(table('ship'))).toEqual([7])
})

test('the travel prefix is the table’s, else the dictionary’s, else 0x7E', () => {
  const { travelPrefix: _, ...without } = secondModel
  const standard = loadDictionary(without, sha256)
  expect(loaded.travelPrefixOf(table('cargo'))).toBe(0x74)
  expect(loaded.travelPrefixOf(table('ship'))).toBe(0x75)
  expect(standard.travelPrefixOf(standard.table('ship'))).toBe(TRAVEL_PREFIX)
})
