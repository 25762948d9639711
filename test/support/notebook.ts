/** A model of three tables, for tests that are about the protocol and not about a model. */
export const notebook = {
  name: 'notebook',
  version: 1,
  parts: { associate: { table: 'person', name: 'login' } },
  tables: [
    {
      name: 'person',
      number: 101,
      fields: [
        { name: 'person_id', type: 'id' },
        { name: 'login', type: 'text', length: 50, default: '' },
      ],
      travels: { down: true, up: false, prototype: true, area: false },
    },
    {
      name: 'topic',
      number: 102,
      fields: [
        { name: 'topic_id', type: 'id' },
        { name: 'title', type: 'text', length: 100, default: '' },
      ],
      travels: { down: true, up: true, prototype: true, area: false },
      uniqueKeys: [{ fields: ['title'], onCollision: 'merge' }],
    },
    {
      name: 'book',
      number: 103,
      fields: [
        { name: 'book_id', type: 'id' },
        { name: 'title', type: 'text', length: 200, default: '' },
        {
          name: 'owner_id',
          type: 'id',
          default: 0,
          references: { kind: 'plain', table: 'person' },
          role: 'owner',
        },
        { name: 'topic_id', type: 'id', default: 0, references: { kind: 'plain', table: 'topic' } },
      ],
      travels: { down: true, up: true, prototype: true, area: true },
    },
    {
      name: 'note',
      number: 104,
      fields: [
        { name: 'note_id', type: 'id' },
        {
          name: 'book_id',
          type: 'id',
          default: 0,
          references: { kind: 'plain', table: 'book', owning: true },
        },
        { name: 'text', type: 'text', nullable: true },
      ],
      travels: { down: true, up: true, prototype: true, area: true },
    },
  ],
}
