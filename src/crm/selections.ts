/**
 * Selections: they have no flags and do not travel.
 */
import type { Table } from '../dictionary/model.ts'
import { key, may, must, STAYS_HOME, stamps } from './fields.ts'

export const selection: Table = {
  name: 'selection',
  number: 23,
  travels: STAYS_HOME,
  fields: [
    key('selection_id'),
    must.to('associate_id', 'associate'),
    must.to('group_idx', 'usergroup'),
    must.text('name', 219),
    may.to('text_id', 'text'),
    may.to('postittext_id', 'text'),
    may.int('visibility'),
    may.int('seltype'),
    may.id('searchcat_id'),
    may.int('companyunique'),
    may.text('soundex', 9),
    may.int('source'),
    may.int('membercount'),
    ...stamps,
    may.int('includeperson'),
    must.int('targettablenumber'),
    may.flag('done'),
    may.int('combinationtype'),
    may.to('leftselectionid', 'selection'),
    may.to('rightselectionid', 'selection'),
    may.id('dashboard_tile_definition_id'),
    may.int('systemtype'),
    may.text('chartkey', 254),
    may.time('lastloaded'),
    may.to('lastloadedby', 'associate'),
    may.time('lastmembershipchange'),
    may.to('lastmembershipchangeby', 'associate'),
  ],
  indexes: [['associate_id']],
}

export const selectionmember: Table = {
  name: 'selectionmember',
  number: 24,
  travels: STAYS_HOME,
  fields: [
    key('selectionmember_id'),
    must.of('selection_id', 'selection'),
    must.to('contact_id', 'contact'),
    may.to('person_id', 'person'),
    may.int('targettablenumber'),
    may.pointer('targetrecordid', { kind: 'pair', tableField: 'targettablenumber' }),
  ],
  indexes: [['selection_id']],
}
