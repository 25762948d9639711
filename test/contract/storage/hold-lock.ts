/**
 * A program of its own that opens the database named on its command line, writes, and holds the lock until told.
 * Prints `held`, then waits for the end of standard input; with `--die` it waits to be killed.
 */
import { once } from 'node:events'
import { sqliteStorage } from '../../../src/storage/sqlite/storage.ts'
import { itemTarget, sample } from './item.ts'

const database = await sqliteStorage().open(process.argv[2]!)
await database.change(async write => {
  await write.insert(itemTarget, [sample({ item_id: 1_000, title: 'from the other program' })])
  process.stdout.write('held\n')
  process.stdin.resume()
  await once(process.stdin, 'end')
})
await database.close()
