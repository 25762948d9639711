/**
 * A small model that is no CRM: ships, their voyages and cargo. Whatever is proved here holds for any application.
 * It has what the CRM has not: two owner fields on one table, its own travel prefix, every field type.
 */
import type { Dictionary, Field, Table, Travels } from '../../src/dictionary/model.ts'

const BY_AREA: Travels = { down: false, up: true, prototype: true, area: true }
const EVERYWHERE: Travels = { down: true, up: true, prototype: true, area: false }
const DOWN_ONLY: Travels = { down: true, up: false, prototype: true, area: false }
const HOME_ONLY: Travels = { down: false, up: false, prototype: false, area: false }

const key = (table: string): Field => ({ name: `${table}_id`, type: 'id' })
const text = (name: string, length = 80): Field => ({ name, type: 'text', length, default: '' })
const to = (name: string, table: string, owning = false): Field => ({
  name,
  type: 'id',
  default: 0,
  references: { kind: 'plain', table, ...(owning ? { owning } : {}) },
})
const crewRole = (name: string): Field => ({ ...to(name, 'crew'), role: 'owner' })

const crew: Table = {
  name: 'crew',
  number: 301,
  travels: EVERYWHERE,
  fields: [key('crew'), text('login', 40), text('full_name'), to('home_port_id', 'port')],
  uniqueKeys: [{ fields: ['login'], onCollision: 'reject' }],
}

const port: Table = {
  name: 'port',
  number: 302,
  travels: EVERYWHERE,
  fields: [key('port'), text('code', 10), text('name')],
  uniqueKeys: [{ fields: ['code'], onCollision: 'merge' }],
}

/** `master_ship_id` points at its own table, which is fine: it does not decide membership. */
const ship: Table = {
  name: 'ship',
  number: 310,
  travels: BY_AREA,
  fields: [
    key('ship'),
    text('name'),
    crewRole('captain_id'),
    crewRole('engineer_id'),
    to('master_ship_id', 'ship'),
    to('home_port_id', 'port'),
    to('details_id', 'shipdetails'),
    { name: 'call_sign', type: 'text', length: 12, default: '', series: true },
    { name: 'voyage_count', type: 'int32', default: 0, derived: { count: 'voyage', by: 'ship_id' } },
  ],
  uniqueKeys: [{ fields: ['name'], onCollision: 'suffix' }],
  indexes: [['captain_id'], ['engineer_id']],
  membership: [
    { kind: 'owner', field: 'captain_id' },
    { kind: 'owner', field: 'engineer_id' },
    { kind: 'listed', table: 'ownship', field: 'ship_id' },
  ],
}

/** Follows the ship that points at it, as user-defined rows do. Holds every type of value. */
const shipDetails: Table = {
  name: 'shipdetails',
  number: 311,
  travels: BY_AREA,
  fields: [
    key('shipdetails'),
    { name: 'imo_number', type: 'int64', nullable: true },
    { name: 'tonnage', type: 'double', nullable: true },
    { name: 'value', type: 'decimal', nullable: true },
    { name: 'photo', type: 'bytes', nullable: true },
    { name: 'ice_class', type: 'boolean', default: false },
    { name: 'launched', type: 'datetime', nullable: true },
    { name: 'certified', type: 'date', nullable: true },
    { name: 'decks', type: 'int16', default: 1 },
    { name: 'plan', type: 'json', nullable: true },
    { name: 'registry', type: 'uuid', nullable: true },
  ],
  membership: [{ kind: 'reverse', table: 'ship', field: 'details_id' }],
}

const ownShip: Table = {
  name: 'ownship',
  number: 312,
  travels: EVERYWHERE,
  fields: [key('ownship'), to('ship_id', 'ship', true)],
  uniqueKeys: [{ fields: ['ship_id'], onCollision: 'merge' }],
}

const voyage: Table = {
  name: 'voyage',
  number: 320,
  travels: BY_AREA,
  fields: [
    key('voyage'),
    { ...to('ship_id', 'ship'), role: 'contact' },
    { ...to('destination_id', 'port'), role: 'project' },
    crewRole('officer_id'),
    { name: 'departs', type: 'datetime', nullable: true },
    text('title', 120),
  ],
  indexes: [['ship_id'], ['officer_id']],
  ageFields: ['departs'],
  membership: [
    { kind: 'owner', field: 'officer_id' },
    { kind: 'parent', field: 'ship_id' },
  ],
}

/** Its own travel prefix, another than the dictionary's. */
const cargo: Table = {
  name: 'cargo',
  number: 321,
  travels: BY_AREA,
  travelPrefix: 0x74,
  fields: [
    key('cargo'),
    to('voyage_id', 'voyage', true),
    text('goods'),
    { name: 'weight', type: 'double', default: 0 },
  ],
  indexes: [['voyage_id']],
  membership: [{ kind: 'parent', field: 'voyage_id' }],
}

/** A typed reference: `about` says whether `owner_id` is a ship (1), a voyage (2) or a crew member's own (3). */
const note: Table = {
  name: 'note',
  number: 330,
  travels: BY_AREA,
  fields: [
    key('note'),
    { name: 'about', type: 'int16', default: 0 },
    {
      name: 'owner_id',
      type: 'id',
      default: 0,
      references: {
        kind: 'typed',
        typeField: 'about',
        tables: { 1: 'ship', 2: 'voyage', 3: 'crew' },
        owning: true,
      },
    },
    { name: 'body', type: 'text', nullable: true },
  ],
  indexes: [['owner_id', 'about']],
  membership: [{ kind: 'parent', field: 'owner_id' }],
}

const end = (name: string, tableField: string): Field => ({
  name,
  type: 'id',
  default: 0,
  references: { kind: 'pair', tableField, tables: ['ship', 'voyage', 'cargo'], owning: true },
})

/** Two pair references: both ends must be at hand. */
const link: Table = {
  name: 'link',
  number: 331,
  travels: BY_AREA,
  fields: [
    key('link'),
    { name: 'from_table', type: 'int32', default: 0 },
    end('from_record', 'from_table'),
    { name: 'to_table', type: 'int32', default: 0 },
    end('to_record', 'to_table'),
    text('remark'),
  ],
  membership: [{ kind: 'ends', fields: ['from_record', 'to_record'] }],
}

const setting: Table = {
  name: 'setting',
  number: 340,
  travels: BY_AREA,
  fields: [key('setting'), to('crew_id', 'crew', true), text('name'), text('value')],
  uniqueKeys: [{ fields: ['crew_id', 'name'], onCollision: 'merge' }],
  membership: [{ kind: 'user', field: 'crew_id' }],
}

const licence: Table = {
  name: 'licence',
  number: 350,
  travels: DOWN_ONLY,
  fields: [key('licence'), text('serial')],
}

const wages: Table = {
  name: 'wages',
  number: 351,
  travels: HOME_ONLY,
  fields: [key('wages'), to('crew_id', 'crew', true), { name: 'amount', type: 'int64', default: 0 }],
}

export const secondModel: Dictionary = {
  name: 'shipping',
  version: 1,
  travelPrefix: 0x75,
  parts: { associate: { table: 'crew', name: 'login' } },
  tables: [crew, port, ship, shipDetails, ownShip, voyage, cargo, note, link, setting, licence, wages],
}
