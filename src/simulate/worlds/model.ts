/**
 * Model: what the people of a simulated world work in: small, and with one of everything that has rules of its own.
 *   customer   has an owner; deals, visits and remarks hang on it
 *   deal       has an owner, and follows its customer; lines belong to it
 *   visit      the same, and travels field by field
 *   remark     belongs to a customer, a deal or a visit: a typed reference
 *   topic      everywhere, merged where two collide; code: both stay
 */
import type { Dictionary, Field, Table, Travels } from '../../dictionary/model.ts'

const BY_AREA: Travels = { down: false, up: true, prototype: true, area: true }
const EVERYWHERE: Travels = { down: true, up: true, prototype: true, area: false }
const DOWN_ONLY: Travels = { down: true, up: false, prototype: true, area: false }

const key = (table: string): Field => ({ name: `${table}_id`, type: 'id' })
const text = (name: string): Field => ({ name, type: 'text', length: 80, default: '' })
const to = (table: string, owning = false): Field => ({
  name: `${table}_id`,
  type: 'id',
  default: 0,
  references: { kind: 'plain', table, ...(owning ? { owning } : {}) },
})
const owner: Field = {
  name: 'owner_id',
  type: 'id',
  default: 0,
  references: { kind: 'plain', table: 'person' },
  role: 'owner',
}

const tables: readonly Table[] = [
  { name: 'person', number: 401, travels: DOWN_ONLY, fields: [key('person'), text('login')] },
  {
    name: 'topic',
    number: 402,
    travels: EVERYWHERE,
    fields: [key('topic'), text('title'), text('mark')],
    uniqueKeys: [{ fields: ['title'], onCollision: 'merge' }],
  },
  {
    name: 'code',
    number: 403,
    travels: EVERYWHERE,
    fields: [key('code'), text('name'), text('mark')],
    uniqueKeys: [{ fields: ['name'], onCollision: 'suffix' }],
  },
  {
    name: 'customer',
    number: 410,
    travels: BY_AREA,
    fields: [key('customer'), text('name'), owner, to('topic'), text('mark')],
    indexes: [['owner_id']],
    membership: [{ kind: 'owner', field: 'owner_id' }],
  },
  {
    name: 'deal',
    number: 411,
    travels: BY_AREA,
    fields: [
      key('deal'),
      owner,
      { ...to('customer'), role: 'contact' },
      { name: 'amount', type: 'double', default: 0 },
      text('mark'),
    ],
    indexes: [['owner_id'], ['customer_id']],
    membership: [
      { kind: 'owner', field: 'owner_id' },
      { kind: 'parent', field: 'customer_id' },
    ],
  },
  {
    name: 'line',
    number: 412,
    travels: BY_AREA,
    fields: [key('line'), to('deal', true), to('code'), text('mark')],
    indexes: [['deal_id']],
    membership: [{ kind: 'parent', field: 'deal_id' }],
  },
  {
    name: 'visit',
    number: 413,
    travels: BY_AREA,
    fields: [
      key('visit'),
      owner,
      to('customer'),
      text('place'),
      { name: 'day', type: 'date', nullable: true },
      text('mark'),
    ],
    indexes: [['owner_id'], ['customer_id']],
    membership: [
      { kind: 'owner', field: 'owner_id' },
      { kind: 'parent', field: 'customer_id' },
    ],
  },
  {
    name: 'remark',
    number: 414,
    travels: BY_AREA,
    fields: [
      key('remark'),
      { name: 'about', type: 'int16', default: 0 },
      {
        name: 'owner_id',
        type: 'id',
        default: 0,
        references: {
          kind: 'typed',
          typeField: 'about',
          tables: { 1: 'customer', 2: 'deal', 3: 'visit' },
          owning: true,
        },
      },
      { name: 'mark', type: 'text', nullable: true },
    ],
    indexes: [['owner_id', 'about']],
    membership: [{ kind: 'parent', field: 'owner_id' }],
  },
]

export const tradeModel: Dictionary = {
  name: 'trade',
  version: 1,
  parts: { associate: { table: 'person', name: 'login' }, company: { table: 'customer' } },
  tables,
}
