/**
 * Notes: long texts, relations between records, and who may see a record. All follow the records they are about.
 * @source enum TextType and the tables text, relations and VisibleFor of the classic documentation
 */
import type { Reference, Table } from '../dictionary/model.ts'
import { BY_AREA, key, may, must, stamps } from './fields.ts'

/**
 * Left out are personal notepads (8): they point at an associate, who is everywhere, and a notepad is not; and texts
 * of selections (12, 14), which do not travel.
 */
const TEXT_OWNER: Reference = {
  kind: 'typed',
  typeField: 'type',
  owning: true,
  tables: {
    1: 'contact',
    2: 'person',
    4: 'appointment',
    5: 'document',
    6: 'project',
    7: 'sale',
    // note on a project, text of a project member, note on a day
    11: 'project',
    13: 'projectmember',
    15: 'appointment',
    // long preference, list of a user-defined field, note on a sale
    16: 'userpreference',
    20: 'udeffield',
    25: 'sale',
  },
}

const end = (tableField: string): Reference => ({
  kind: 'pair',
  tableField,
  owning: true,
  tables: ['contact', 'person', 'appointment', 'document', 'project', 'sale'],
})

/** A document is seen as its appointment is; selections (23) do not travel, nor do their visibility rows. */
const VISIBLE_RECORD: Reference = {
  kind: 'pair',
  tableField: 'tableid',
  owning: true,
  tables: ['appointment', 'sale', 'salehist'],
}

export const text: Table = {
  name: 'text',
  number: 18,
  travels: BY_AREA,
  fields: [
    key('text_id'),
    may.int('type'),
    may.pointer('owner_id', TEXT_OWNER),
    ...stamps,
    may.text('text', 4000),
    may.int('lcid'),
    may.int('seqno'),
    may.longText('html_text'),
  ],
  indexes: [['owner_id', 'type']],
  membership: [{ kind: 'parent', field: 'owner_id' }],
}

export const relations: Table = {
  name: 'relations',
  number: 52,
  travels: BY_AREA,
  fields: [
    key('relation_id'),
    must.id('reldef_id'),
    must.int('source_table'),
    must.pointer('source_record', end('source_table')),
    must.int('destination_table'),
    must.pointer('destination_record', end('destination_table')),
    may.text('relcomment', 254),
    may.int('reversed'),
    may.to('group_idx', 'usergroup'),
    may.time('startdate'),
    may.time('enddate'),
    may.int('relflags'),
    ...stamps,
    must.to('associateid', 'associate'),
  ],
  indexes: [
    ['source_record', 'source_table'],
    ['destination_record', 'destination_table'],
  ],
  membership: [{ kind: 'ends', fields: ['source_record', 'destination_record'] }],
}

export const visiblefor: Table = {
  name: 'visiblefor',
  number: 196,
  travels: BY_AREA,
  fields: [
    key('visiblefor_id'),
    must.int('tableid'),
    must.pointer('recordid', VISIBLE_RECORD),
    must.id('forall'),
    must.to('forgroupid', 'usergroup'),
    must.to('forassocid', 'associate'),
    must.text('encryptedcheck', 254),
    may.to('appointmentid', 'appointment'),
    may.to('saleid', 'sale'),
    may.to('salehistid', 'salehist'),
    may.to('selectionid', 'selection'),
    ...stamps,
  ],
  indexes: [['recordid', 'tableid']],
  membership: [{ kind: 'parent', field: 'recordid' }],
}
