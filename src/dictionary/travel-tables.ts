/**
 * Travel tables: the classic bookkeeping tables that every database of an installation has.
 * Role:   numbers, names, fields in order as in the classic system, in lower case, as ordinary `Table` data.
 * Shape:  the log has one more last column, `origin_id`. Moments are UTC seconds, log ids are 64 bits wide;
 *         `registered` and `updated` are ordinary datetimes.
 * Never:  is declared by an application: their names and numbers are reserved.
 * @source SPEC sections 2 and 4
 */
import type { Field, Parts, Reference, Table, Travels } from './model.ts'

const NONE: Travels = { down: false, up: false, prototype: false, area: false }
/** Made at central only; everyone gets them. */
const DOWN_ONLY: Travels = { down: true, up: false, prototype: true, area: false }

const key = (name: string): Field => ({ name, type: 'id' })
const number = (name: string, type: 'int16' | 'int32' | 'int64' | 'id'): Field => ({ name, type, default: 0 })
const small = (name: string) => number(name, 'int16')
const int = (name: string) => number(name, 'int32')
/** UTC seconds since 1970. */
const moment = (name: string) => number(name, 'int64')
const logId = (name: string) => number(name, 'int64')
const text = (name: string, length: number): Field => ({ name, type: 'text', length, default: '' })
const id = (name: string, target?: string): Field =>
  target === undefined ? number(name, 'id') : { ...number(name, 'id'), references: plain(target) }
/** Not null as in the classic system: what nobody has set is the beginning of 1970. */
const when = (name: string): Field => ({ name, type: 'datetime', default: '1970-01-01T00:00:00Z' })
/** Whoever makes an area by SQL and names no mode gets encrypted packets: 2, the child's own key (SPEC 6). */
const OWN_KEY: Field = { ...small('encryptedcomm'), default: 2 }
const plain = (table: string): Reference => ({ kind: 'plain', table })

export const LOG_TABLE = 'traveltransactionlog'
export const LOG_TABLE_NUMBER = 29
export const SEQUENCE_TABLE = 'sequence'
export const AREA_TABLE = 'area'
export const AREA_ASSIGNMENT_TABLE = 'areauserassignment'
export const AREA_INCLUSION_TABLE = 'areauserinclusion'

/** The travel tables for a dictionary with these parts: references to associates point at its users. */
export function travelTables(parts: Parts): readonly Table[] {
  const who = parts.associate.table
  return [...bookkeeping(who), ...areas(who, parts.company?.table), mapping(who)]
}

function stamps(who: string): Field[] {
  return [
    when('registered'),
    id('registered_associate_id', who),
    when('updated'),
    id('updated_associate_id', who),
    small('updatedcount'),
  ]
}

function bookkeeping(who: string): Table[] {
  return [
    {
      name: SEQUENCE_TABLE,
      number: 0,
      travels: NONE,
      fields: [
        key('id'),
        number('next_id', 'int64'),
        { name: 'tablename', type: 'text', length: 255, nullable: true },
        { name: 'tablenumber', type: 'int32', nullable: true },
      ],
    },
    logTable(who),
    {
      name: 'travelgeneratedtransaction',
      number: 30,
      travels: NONE,
      fields: [
        key('travelgeneratedtransaction_id'),
        id('travel_id'),
        logId('tranlogfirst_id'),
        logId('tranloglast_id'),
        small('recordstatus'),
        int('transmissionnumber'),
        small('transmissiontype'),
        ...stamps(who),
      ],
    },
    travellerTable(who),
    currentTable(who),
    {
      name: 'travelgenerateddatabase',
      number: 33,
      travels: NONE,
      fields: [
        key('travelgenerateddatabase_id'),
        small('databasetype'),
        id('area_id'),
        logId('lastlogid'),
        moment('generatedtime'),
        int('state'),
        text('dbtag', 39),
        ...stamps(who),
      ],
    },
  ]
}

/** Its ids are 64 bits wide and local to each database, so the key is no `id` of the common kind. */
function logTable(who: string): Table {
  return {
    name: LOG_TABLE,
    number: LOG_TABLE_NUMBER,
    travels: NONE,
    fields: [
      { name: 'traveltransactionlog_id', type: 'int64' },
      moment('ttime'),
      id('prev_record_id'),
      int('type'),
      id('associate_id', who),
      int('tablenumber'),
      id('record_id'),
      int('flags'),
      int('application_id'),
      id('origin_id'),
    ],
  }
}

function travellerTable(who: string): Table {
  return {
    name: 'traveller',
    number: 31,
    travels: NONE,
    fields: [
      key('traveller_id'),
      small('systemlevel'),
      id('travel_id', who),
      id('area_id'),
      moment('generatedtime'),
      moment('last_recordtime'),
      logId('last_recordnumber'),
      moment('last_playbacktime'),
      logId('last_playbacknumber'),
      small('databasetype'),
      small('encryptedcomm'),
      text('dbtag', 39),
      small('defaultmakereturn'),
      ...stamps(who),
    ],
  }
}

/** `current_id` is an associate only in a traveller (a satellite holds prefix × 2^24), so it is a plain number. */
function currentTable(who: string): Table {
  return {
    name: 'travelcurrent',
    number: 32,
    travels: NONE,
    fields: [
      key('travelcurrent_id'),
      small('systemlevel'),
      id('current_id'),
      id('central_id'),
      id('area_id'),
      moment('central_generatedtime'),
      moment('current_generatedtime'),
      moment('last_recordtime'),
      logId('last_recordnumber'),
      logId('first_recordnumber'),
      moment('last_playbacktime'),
      logId('last_playbacknumber'),
      small('databasetype'),
      text('dbtag', 39),
      text('parentdbtag', 39),
      text('centraldbtag', 39),
      small('encryptedcomm'),
      small('defaultmakereturn'),
      text('adminlogin', 127),
      ...stamps(who),
    ],
  }
}

function areas(who: string, company: string | undefined): Table[] {
  return [
    {
      name: AREA_TABLE,
      number: 38,
      travels: DOWN_ONLY,
      fields: [
        key('area_id'),
        { name: 'name', type: 'text', length: 49, nullable: true },
        id('parent_area_id', 'area'),
        small('alldata'),
        small('dbtype'),
        small('filtertype'),
        OWN_KEY,
        small('maxdataage'),
        ...stamps(who),
      ],
    },
    areaLink(AREA_ASSIGNMENT_TABLE, 40, who),
    areaLink(AREA_INCLUSION_TABLE, 41, who),
    {
      name: 'satellite',
      number: 42,
      travels: DOWN_ONLY,
      fields: [
        key('satellite_id'),
        id('area_id', 'area'),
        id('contact_id', company),
        OWN_KEY,
        text('dsn', 254),
        ...stamps(who),
      ],
    },
  ]
}

function areaLink(name: string, number: number, who: string): Table {
  return {
    name,
    number,
    travels: DOWN_ONLY,
    fields: [
      key(`${name}_id`),
      { ...id('area_id'), references: { kind: 'plain', table: 'area', owning: true } },
      id('associate_id', who),
      ...stamps(who),
    ],
    indexes: [['area_id']],
  }
}

function mapping(who: string): Table {
  return {
    name: 'travelidmapping',
    number: 43,
    travels: NONE,
    fields: [
      key('travelidmapping_id'),
      id('associate_id', who),
      int('table_number'),
      id('local_id'),
      id('parent_id'),
      int('counter'),
      text('cdbname', 29),
      ...stamps(who),
    ],
  }
}
