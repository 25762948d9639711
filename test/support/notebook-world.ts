/** People and records for the notebook model. */
import type { Site } from '../../src/log/site.ts'

/** @param noTopic what a book without a topic points at */
export async function fillNotebook(site: Site, noTopic = 0): Promise<void> {
  await site.db.change(async write => {
    await write.insert({ table: 'person', key: ['person_id'], columns: ['login'] }, [
      [1, 'admin'],
      [2, 'ee'],
      [3, 'jo'],
    ])
    await write.insert({ table: 'topic', key: ['topic_id'], columns: ['title'] }, [[1, 'sea']])
    await write.insert({ table: 'book', key: ['book_id'], columns: ['title', 'owner_id', 'topic_id'] }, [
      [1, 'Ships', 2, 1],
      [2, 'Stars', 3, noTopic],
    ])
    await write.insert({ table: 'note', key: ['note_id'], columns: ['book_id', 'text'] }, [
      [1, 1, 'keel'],
      [2, 2, 'orbit'],
      [3, 1, null],
    ])
  })
}
