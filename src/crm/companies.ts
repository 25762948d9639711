/**
 * Companies: contacts, the companies and organisations that everything else is about.
 */
import type { Table } from '../dictionary/model.ts'
import { BY_AREA, key, may, must, stamps } from './fields.ts'

export const contact: Table = {
  name: 'contact',
  number: 5,
  travels: BY_AREA,
  fields: [
    key('contact_id'),
    must.text('name', 219),
    may.text('kananame', 219),
    may.text('department', 219),
    may.number('number1', 49),
    may.number('number2', 49),
    may.role('associate_id', 'owner', 'associate'),
    must.to('country_id', 'country'),
    must.to('business_idx', 'business'),
    must.to('category_idx', 'category'),
    may.flag('xstop'),
    may.flag('nomailing'),
    must.time('registered'),
    must.to('registered_associate_id', 'associate'),
    must.time('updated'),
    must.to('updated_associate_id', 'associate'),
    may.to('text_id', 'text'),
    may.to('mother_id', 'contact'),
    may.to('userdef_id', 'udcontactsmall'),
    may.text('orgnr', 49),
    may.text('soundex', 9),
    may.int('source'),
    may.to('userdef2_id', 'udcontactlarge'),
    may.counter('activeinterests', { count: 'contactinterest', by: 'contact_id' }),
    must.int('updatedcount'),
    may.to('group_id', 'usergroup'),
    may.id('tzlocationid'),
    may.id('ticketpriorityid'),
    may.int('deleted'),
    may.id('supportlanguageid'),
    may.to('supportassociateid', 'associate'),
    may.to('supportpersonid', 'person'),
    may.id('dbi_agent_id'),
    may.text('dbi_key', 255),
    may.time('dbi_last_syncronized'),
    may.time('dbi_last_modified'),
    may.int('activeerplinks'),
    may.time('deleteddate'),
  ],
  indexes: [['name'], ['associate_id'], ['userdef_id'], ['userdef2_id']],
  membership: [
    { kind: 'owner', field: 'associate_id' },
    { kind: 'listed', table: 'ownercontactlink', field: 'contact_id' },
  ],
}

export const contactinterest: Table = {
  name: 'contactinterest',
  number: 14,
  travels: BY_AREA,
  fields: [
    key('contactinterest_id'),
    must.of('contact_id', 'contact'),
    must.to('cinterest_idx', 'contint'),
    may.time('startdate'),
    may.time('enddate'),
    may.int('flags'),
    ...stamps,
  ],
  uniqueKeys: [{ fields: ['contact_id', 'cinterest_idx'], onCollision: 'merge' }],
  membership: [{ kind: 'parent', field: 'contact_id' }],
}
