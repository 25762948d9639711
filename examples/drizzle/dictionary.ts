/** Dictionary: what of the application travels. Its tables are not touched: this only says what they are. */

const EVERYWHERE = { prototype: true, down: true, up: true, area: false }

/** Numbers are ours to choose, once; the row of a table in `sequence` is its number and ten. */
export const TECHNICIAN = 201
export const MACHINE = 202
export const VISIT = 203
export const rowInSequence = (tableNumber: number): number => tableNumber + 10

export const dictionary = {
  name: 'workshop',
  version: 1,
  parts: { associate: { table: 'technician', name: 'login' } },
  tables: [
    {
      name: 'technician',
      number: TECHNICIAN,
      fields: [
        { name: 'technician_id', type: 'id' },
        { name: 'login', type: 'text', length: 40, default: '' },
        { name: 'name', type: 'text', length: 100, default: '' },
      ],
      travels: { ...EVERYWHERE, up: false },
    },
    {
      name: 'machine',
      number: MACHINE,
      fields: [
        { name: 'machine_id', type: 'id' },
        { name: 'serial', type: 'text', length: 30, default: '' },
        { name: 'place', type: 'text', length: 100, default: '' },
        {
          name: 'technician_id',
          type: 'id',
          default: 0,
          role: 'owner',
          references: { kind: 'plain', table: 'technician' },
        },
        { name: 'price', type: 'decimal', nullable: true },
        // An enumeration of PostgreSQL is text on the road; what it does not know is held at the office.
        { name: 'state', type: 'text', length: 20, default: 'in use' },
      ],
      travels: EVERYWHERE,
      uniqueKeys: [{ fields: ['serial'], onCollision: 'suffix' }],
    },
    {
      name: 'visit',
      number: VISIT,
      fields: [
        { name: 'visit_id', type: 'id' },
        {
          name: 'machine_id',
          type: 'id',
          default: 0,
          references: { kind: 'plain', table: 'machine', owning: true },
        },
        { name: 'planned', type: 'date', nullable: true },
        { name: 'done', type: 'boolean', default: false },
        { name: 'minutes', type: 'int32', default: 0 },
        { name: 'note', type: 'text', nullable: true },
      ],
      travels: EVERYWHERE,
    },
  ],
}
