/** The CRM model and the travel tables against the published facts about the classic database. */
import { describe, expect, test } from 'vitest'
import { crmDictionary } from '../../src/crm/dictionary.ts'
import { loadDictionary } from '../../src/dictionary/load.ts'
import type { Field, Table } from '../../src/dictionary/model.ts'
import { sha256 } from '../support/digest.ts'
import { hasSharedData, readSharedJson, SHARED_DATA_ABSENT } from '../support/shared-data.ts'

const FACTS = 'dictionary.json'
/** The tables that the model must have (issue on the journey), travel tables included. */
const WANTED = [
  1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 18, 19, 23, 24, 29, 30, 31, 32, 33, 35, 36, 37, 38, 40, 41, 42,
  43, 52, 54, 55, 56, 59, 60, 61, 64, 67, 70, 73, 76, 79, 82, 85, 88, 91, 94, 100, 103, 112, 121, 130, 140,
  141, 142, 143, 146, 157, 158, 159, 167, 196, 228, 229, 230, 231,
]
/** Pointers to these are plain numbers, because the model does not have them. */
const OUTSIDE_THE_MODEL = [
  'categoryfamily',
  'comptr',
  'credited',
  'cust_lang',
  'dashboard_tile_definition',
  'dbi_agent',
  'ejuser',
  'extapp',
  'form',
  'intent',
  'leadstatus',
  'reasonsold',
  'reasonstalled',
  'recurrencerule',
  'relationdefinition',
  'saletype',
  'saletypecat',
  'searchcat',
  'stakeholderrole',
  'suggestedappointment',
  'suggesteddocument',
  'ticket_priority',
  'tzlocation',
  'udlistdefinition',
  'workflow',
]

interface FactField {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly references?: string
}
interface FactTable {
  readonly name: string
  readonly number: number
  readonly primaryKey: string
  readonly fields: readonly FactField[]
  readonly replication: Readonly<Record<'down' | 'up' | 'prototype' | 'area', boolean>>
}

const loaded = loadDictionary(crmDictionary, sha256)
const lower = (name: string): string => name.toLowerCase()
const declared = loaded.tables.slice(0, crmDictionary.tables.length)

test('the model has every table that was asked for', () => {
  const numbers = loaded.tables.map(table => table.number)
  expect(WANTED.filter(number => !numbers.includes(number))).toEqual([])
})

test('names are lower case, so that no outside SQL needs quotes', () => {
  for (const table of loaded.tables) {
    expect([table, ...table.fields].map(each => each.name).filter(name => name !== lower(name))).toEqual([])
  }
})

describe.skipIf(!hasSharedData(FACTS))(`the published facts (skipped where ${SHARED_DATA_ABSENT})`, () => {
  const facts = hasSharedData(FACTS) ? (readSharedJson(FACTS) as { tables: FactTable[] }).tables : []
  const factOf = (table: Table): FactTable => facts.find(fact => fact.number === table.number)!

  test.each(loaded.tables.map(table => [table.name, table] as const))(
    '%s: name, fields in order, flags',
    (_, table) => {
      const fact = factOf(table)
      expect(table.name).toBe(lower(fact.name))
      expect(table.fields[0]!.name).toBe(lower(fact.primaryKey))
      const ours = table.fields.map(field => field.name)
      const extra = table.number === 29 ? ['origin_id'] : []
      expect(ours).toEqual([...fact.fields.map(field => lower(field.name)), ...extra])
      const { down, up, prototype, area } = fact.replication
      expect(table.travels).toEqual({ down, up, prototype, area })
    },
  )

  test('types and lengths are the classic ones; what may be null there may be null here', () => {
    const differing = crmDictionary.tables.flatMap(table =>
      factOf(table).fields.flatMap((fact, index) =>
        fits(fact, table.fields[index]!) ? [] : `${table.name}.${fact.name}`,
      ),
    )
    expect(differing).toEqual([])
  })

  test('pointers into the model are references to the same table; the others are plain numbers', () => {
    const outside = new Set<string>()
    for (const table of declared) {
      for (const [index, fact] of factOf(table).fields.entries()) {
        if (!fact.references) continue
        const target = lower(fact.references)
        if (!loaded.find(target)) outside.add(target)
        const expected = loaded.find(target) ? { kind: 'plain', table: target } : undefined
        expect([fact.name, table.fields[index]!.references]).toMatchObject([fact.name, expected])
      }
    }
    expect([...outside].sort()).toEqual(OUTSIDE_THE_MODEL)
  })
})

const NUMBERS = ['UShort', 'UInt', 'Int', 'Enum', 'TableNumber', 'FieldId', 'Id']
const TYPES: Readonly<Record<string, readonly string[]>> = {
  id: ['PK', 'FK', 'Id', 'RecordId'],
  int16: ['Bool', 'Short'],
  int32: NUMBERS,
  double: ['Double'],
  text: ['String', 'Clob'],
  datetime: ['DateTime', 'UtcDateTime'],
}

function fits(fact: FactField, field: Field): boolean {
  const [type, length] = fact.type.split(/[()]/)
  const sameLength = type !== 'String' || Number(length) === field.length
  return !!TYPES[field.type]?.includes(type!) && sameLength && fact.nullable === (field.nullable ?? false)
}
