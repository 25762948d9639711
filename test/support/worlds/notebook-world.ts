/** People and records for the notebook model, and what they may do with it. */
import type { Site } from '../../../src/log/site.ts'
import type { World } from '../history/world.ts'
import { notebook } from '../notebook.ts'

export async function fillNotebook(site: Site): Promise<void> {
  await site.db.change(async write => {
    await write.insert({ table: 'person', key: ['person_id'], columns: ['login'] }, [
      [1, 'admin'],
      [2, 'ee'],
      [3, 'jo'],
    ])
    await write.insert({ table: 'topic', key: ['topic_id'], columns: ['title'] }, [[1, 'sea']])
    await write.insert({ table: 'book', key: ['book_id'], columns: ['title', 'owner_id', 'topic_id'] }, [
      [1, 'Ships', 2, 1],
      [2, 'Stars', 3, 0],
    ])
    await write.insert({ table: 'note', key: ['note_id'], columns: ['book_id', 'text'] }, [
      [1, 1, 'keel'],
      [2, 2, 'orbit'],
      [3, 1, null],
    ])
  })
}

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
