/** The notebook model at work: as it is, field by field, and where the office refuses some books. */
import type { World } from '../history/world.ts'
import { notebook } from '../notebook.ts'
import { fillNotebook } from '../notebook-world.ts'

export const notebookWorld: World = {
  name: 'notebook',
  dictionary: notebook,
  fill: fillNotebook,
  travellers: ['ee', 'jo'],
  tables: ['book', 'note', 'topic', 'note'],
  marks: { book: 'title', note: 'text' },
  values(table, seed, pick) {
    if (table === 'topic') return { title: `topic ${seed % 5}` }
    if (table === 'book') return { owner_id: 1 + (seed % 3), topic_id: pick('topic') }
    return { book_id: pick('book') }
  },
}

/** The same, where single fields travel, and the office sometimes refuses books without a topic. */
export const fieldWorld: World = {
  ...notebookWorld,
  name: 'field by field',
  fieldLevel: ['book', 'note', 'topic'],
}

export const strictWorld: World = {
  ...notebookWorld,
  name: 'strict',
  rule: {
    app_insert: `before insert on book when new.owner_id = 3 begin select raise(abort, 'constraint of the office'); end`,
    app_update: `before update on book when new.owner_id = 3 begin select raise(abort, 'constraint of the office'); end`,
  },
}

/** Both: single fields travel, and office and laptops sometimes refuse some books. */
export const strictFieldWorld: World = {
  ...fieldWorld,
  name: 'strict, field by field',
  rule: strictWorld.rule!,
  laptopRule: strictWorld.rule!,
}

/** What the office says is refused on laptops, too. */
export const strictLaptopWorld: World = {
  ...notebookWorld,
  name: 'strict laptop',
  laptopRule: strictWorld.rule!,
}
