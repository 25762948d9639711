/** Actor: the person that `--as` names, as the library wants it. */
import { findAssociate, type HomecomingDatabase } from '../index.ts'
import type { Run } from './command.ts'

/** @throws {HomecomingError} ASSOCIATE_UNKNOWN */
export async function actorOf(run: Run, database: HomecomingDatabase): Promise<number | undefined> {
  const { associate } = run.settings
  return associate === undefined ? undefined : (await findAssociate(database, associate)).id
}
