/**
 * User-defined fields: a small and a large row per record that has any; the record points at them.
 * They follow that record, so membership is read backwards from its pointers.
 */
import type { Field, MembershipRule, Table } from '../dictionary/model.ts'
import { BY_AREA, key, may } from './fields.ts'

const LONGS = 60
const SHORT_STRINGS = 40
const DOUBLES = 10
const LONG_STRINGS = 9

const two = (number: number): string => String(number).padStart(2, '0')
const many = (count: number, field: (index: number) => Field): Field[] =>
  Array.from({ length: count }, (_, index) => field(index + 1))

function small(name: string, number: number, owners: readonly string[]): Table {
  return {
    name,
    number,
    travels: BY_AREA,
    fields: [
      key(`${name}_id`),
      ...many(LONGS, index => may.int(`long${two(index)}`)),
      ...many(SHORT_STRINGS, index => may.text(`string${two(index)}`, 39)),
      ...many(DOUBLES, index => may.double(`double${two(index)}`)),
    ],
    membership: pointedAtBy(owners, 'userdef_id'),
  }
}

function large(name: string, number: number, owners: readonly string[]): Table {
  return {
    name,
    number,
    travels: BY_AREA,
    fields: [
      key(`${name}_id`),
      ...many(LONG_STRINGS, index => may.text(`string${SHORT_STRINGS + index}`, 199)),
    ],
    membership: pointedAtBy(owners, 'userdef2_id'),
  }
}

const pointedAtBy = (owners: readonly string[], field: string): MembershipRule[] =>
  owners.map(table => ({ kind: 'reverse', table, field }))

/** The history of a sale keeps the pointers that the sale had. */
const SALES = ['sale', 'salehist']

export const userDefined: readonly Table[] = [
  small('udcontactsmall', 35, ['contact']),
  large('udcontactlarge', 36, ['contact']),
  small('udpersonsmall', 140, ['person']),
  large('udpersonlarge', 141, ['person']),
  small('udprojectsmall', 142, ['project']),
  large('udprojectlarge', 143, ['project']),
  small('udsalesmall', 158, SALES),
  large('udsalelarge', 159, SALES),
  small('udappntsmall', 228, ['appointment']),
  large('udappntlarge', 229, ['appointment']),
  small('uddocsmall', 230, ['document']),
  large('uddoclarge', 231, ['document']),
]
