/**
 * Installation: what belongs to the installation as a whole. Our own companies (ownercontactlink) are in every area.
 * The merge log may name records of any table that travels.
 */
import type { Reference, Table } from '../dictionary/model.ts'
import { BOTH_WAYS, DOWN_ONLY, key, may, must, stamps } from './fields.ts'

const MERGED_RECORD: Reference = { kind: 'pair', tableField: 'tablenumber' }

export const company: Table = {
  name: 'company',
  number: 1,
  travels: DOWN_ONLY,
  fields: [
    key('company_id'),
    must.int('version'),
    must.int('revision'),
    must.text('ownercontactname', 219),
    must.text('ownerdepartmentname', 219),
    must.to('ownercontactid', 'contact'),
    must.text('dbcontactname', 219),
    must.text('dbdepartmentname', 219),
    must.to('dbcontactid', 'contact'),
    must.text('serialno', 219),
    may.text('extrainfo', 254),
    must.text('encryptedcheck', 254),
    ...stamps,
  ],
}

export const country: Table = {
  name: 'country',
  number: 19,
  travels: DOWN_ONLY,
  fields: [
    key('country_id'),
    must.text('name', 239),
    may.int('rank'),
    may.text('tooltip', 254),
    may.int('deleted'),
    may.text('english_name', 39),
    may.text('zip_prefix', 5),
    may.int('flagres_id'),
    must.id('addresslayout'),
    must.id('addresslayoutdomestic'),
    must.id('addresslayoutforeign'),
    may.to('currency_id', 'currency'),
    may.text('orgnrtext', 254),
    may.text('domainname', 9),
    ...stamps,
    may.int('defaultlcid'),
    may.text('dialinprefix', 31),
    may.text('dialoutprefix', 31),
    may.text('interareaprefix', 31),
    may.text('customphonedesc', 254),
    may.flag('phonepartofna'),
    may.flag('isbuiltin'),
    may.int('isonumber'),
    may.text('abbrev3', 3),
    may.text('abbrev2', 2),
    may.id('tzlocationid'),
  ],
  indexes: [['name']],
}

export const mergemovelog: Table = {
  name: 'mergemovelog',
  number: 37,
  travels: BOTH_WAYS,
  fields: [
    key('mergemovelog_id'),
    must.int('tablenumber'),
    must.int('operation'),
    must.pointer('sourcerecord', MERGED_RECORD),
    must.pointer('destinationrecord', MERGED_RECORD),
    may.text('options', 2047),
    ...stamps,
  ],
}

export const udeffield: Table = {
  name: 'udeffield',
  number: 146,
  travels: DOWN_ONLY,
  fields: [
    key('udeffield_id'),
    must.int('ownertable_id'),
    must.int('taborder'),
    must.int('fieldtype'),
    may.int('listtableid'),
    must.id('udlistdefinition_id'),
    must.int('columnid'),
    may.int('textlength'),
    may.text('fielddefault', 254),
    may.flag('indexed'),
    must.flag('mandatory'),
    may.int('readonly'),
    may.text('tooltip', 254),
    may.text('fieldlabel', 254),
    may.int('labelleft'),
    may.int('labeltop'),
    may.int('labelwidth'),
    may.int('labelheight'),
    may.int('fieldleft'),
    may.int('fieldtop'),
    may.int('fieldwidth'),
    may.int('fieldheight'),
    may.int('version'),
    may.to('lastversionid', 'udeffield'),
    may.int('page1lineno'),
    ...stamps,
    may.id('udefidentity'),
    may.flag('hidelabel'),
    may.int('justification'),
    may.text('progid', 254),
    may.text('formatmask', 254),
    may.text('shortlabel', 254),
  ],
  indexes: [['ownertable_id']],
}

export const ownercontactlink: Table = {
  name: 'ownercontactlink',
  number: 167,
  travels: BOTH_WAYS,
  fields: [key('ownercontactlink_id'), must.of('contact_id', 'contact'), may.text('remark', 254), ...stamps],
  uniqueKeys: [{ fields: ['contact_id'], onCollision: 'merge' }],
}
