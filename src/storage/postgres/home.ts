/**
 * Home: the folder for what lies beside a database that a server keeps: keys, prototypes, packets.
 * Where: named in the address (`?home=/var/lib/homecoming/sales`), else below HOMECOMING_HOME, else in `.homecoming` of
 *        the user, under a name made of the address. Whoever may read it may open every packet of the database.
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { readAddress } from './address.ts'

export function homeOf(path: string): string {
  const { home, host, port, database, schema } = readAddress(path)
  if (home) return resolve(home)
  const below = process.env.HOMECOMING_HOME ?? join(homedir(), '.homecoming')
  return resolve(below, [host, port, database, schema].map(safe).join('_'))
}

/** Nothing that a file system could take for something else. */
const safe = (part: string): string =>
  part.replace(/[^\w.-]/g, character => `%${character.codePointAt(0)!.toString(16)}`)
