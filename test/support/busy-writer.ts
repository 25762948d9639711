/**
 * Run by together.test.ts in a process of its own: `busy-writer.ts DATABASE`. A program that knows nothing of us: it
 * takes ids the documented way and inserts a note per transaction, until its input ends. Prints each id.
 * It makes no pause: whoever waits has a moment between two transactions, and SQLite's lock is fair to nobody.
 */
import { DatabaseSync } from 'node:sqlite'

const db = new DatabaseSync(process.argv[2]!, { timeout: 10_000 })
const take = db.prepare(`update sequence set next_id = next_id + 1 where tablename = 'note'`)
const taken = db.prepare(`select next_id - 1 as id from sequence where tablename = 'note'`)
const insert = db.prepare(`insert into note (note_id, book_id, text) values (?, 1, 'written meanwhile')`)

let going = true
process.stdin.on('end', () => {
  going = false
})
process.stdin.resume()

while (going) {
  db.exec('begin immediate')
  take.run()
  const { id } = taken.get() as { id: number }
  insert.run(id)
  db.exec('commit')
  process.stdout.write(`${id}\n`)
  await new Promise(setImmediate)
}
db.close()
