/** A program of its own that inserts items until it may not write any more, and prints the code of the refusal. */
import { HomecomingError } from '../../../src/core/errors.ts'
import { sqliteStorage } from '../../../src/storage/sqlite/storage.ts'
import { itemTarget } from './item.ts'
import { items } from './place.ts'

const database = await sqliteStorage().open(process.argv[2]!)
try {
  await database.change(write => write.insert(itemTarget, items(2, 100_000)))
  process.stdout.write('nothing was refused')
} catch (error) {
  process.stdout.write(error instanceof HomecomingError ? error.code : String(error))
}
