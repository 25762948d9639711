/**
 * Reach: addresses, phones, e-mail addresses and links of companies, persons and projects.
 * An address or phone names its owner by id and type: the classic types are bit masks in which 16384 says "of a
 * person"; only the listed ones exist here (quotes, 8196 and 8197, are not in the model).
 * @source enum AddressType and PhoneType of the public documentation of the classic database
 */
import type { Reference, Table } from '../dictionary/model.ts'
import { BY_AREA, key, may, must, stamps } from './fields.ts'

const ADDRESS_OWNER: Reference = {
  kind: 'typed',
  typeField: 'atype_idx',
  owning: true,
  // postal and street address of a company, private address of a person
  tables: { 1: 'contact', 2: 'contact', 16387: 'person' },
}

const PHONE_OWNER: Reference = {
  kind: 'typed',
  typeField: 'ptype_idx',
  owning: true,
  tables: {
    // telephone and fax of a company
    1: 'contact',
    3: 'contact',
    // direct line, fax, private, mobile and pager of a person
    16385: 'person',
    16387: 'person',
    16388: 'person',
    16389: 'person',
    16390: 'person',
  },
}

export const address: Table = {
  name: 'address',
  number: 7,
  travels: BY_AREA,
  fields: [
    key('address_id'),
    must.pointer('owner_id', ADDRESS_OWNER),
    must.int('atype_idx'),
    must.text('zipcode', 11),
    may.text('city', 79),
    may.text('state', 5),
    may.text('county', 29),
    may.text('address1', 79),
    may.text('address2', 79),
    may.text('address3', 79),
    ...stamps,
    may.time('validfrom'),
    may.time('validto'),
    may.double('wgs84latitude'),
    may.double('wgs84longitude'),
  ],
  indexes: [['owner_id', 'atype_idx']],
  membership: [{ kind: 'parent', field: 'owner_id' }],
}

export const phone: Table = {
  name: 'phone',
  number: 8,
  travels: BY_AREA,
  fields: [
    key('phone_id'),
    must.pointer('owner_id', PHONE_OWNER),
    must.int('ptype_idx'),
    must.text('phone', 239),
    may.int('rank'),
    may.text('description', 99),
    ...stamps,
    may.time('validfrom'),
    may.time('validto'),
    may.text('searchphonenumber', 239),
  ],
  indexes: [['owner_id', 'ptype_idx']],
  membership: [{ kind: 'parent', field: 'owner_id' }],
}

export const url: Table = {
  name: 'url',
  number: 54,
  travels: BY_AREA,
  fields: [
    key('url_id'),
    may.of('contact_id', 'contact'),
    may.of('person_id', 'person'),
    may.of('project_id', 'project'),
    may.id('reserved_id1'),
    may.id('reserved_id2'),
    must.int('type'),
    must.text('description', 254),
    must.text('url_address', 1023),
    must.int('rank'),
    ...stamps,
  ],
  indexes: [['contact_id'], ['person_id'], ['project_id']],
  membership: [
    { kind: 'parent', field: 'contact_id' },
    { kind: 'parent', field: 'person_id' },
    { kind: 'parent', field: 'project_id' },
  ],
}

export const email: Table = {
  name: 'email',
  number: 55,
  travels: BY_AREA,
  fields: [
    key('email_id'),
    may.of('contact_id', 'contact'),
    may.of('person_id', 'person'),
    may.of('project_id', 'project'),
    may.id('reserved_id1'),
    may.id('reserved_id2'),
    may.text('protocol', 11),
    must.int('type'),
    must.text('description', 254),
    must.text('email_address', 239),
    must.int('rank'),
    ...stamps,
    may.int('bouncecount'),
    may.time('lastbounce'),
    may.time('lastsent'),
    may.id('dbi_agent_id'),
    may.to('appointment_id', 'appointment'),
    may.int('lastbouncecode'),
    may.text('lastbouncereason', 4000),
  ],
  indexes: [['contact_id'], ['person_id'], ['project_id'], ['email_address']],
  membership: [
    { kind: 'parent', field: 'contact_id' },
    { kind: 'parent', field: 'person_id' },
    { kind: 'parent', field: 'project_id' },
  ],
}
