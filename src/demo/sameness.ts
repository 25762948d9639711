/**
 * Sameness: `homecoming verify` on the copies in before-homecoming/, and how many records each table has on each side.
 * Never: looks at the living databases, so that anyone can do it again later.
 */
import { closeDatabase, type HomecomingDatabase, openDatabase, verify } from '../index.ts'
import { countRows, type Stage } from './stage.ts'

export interface Sameness {
  readonly identical: boolean
  readonly differences: number
  readonly tables: readonly { readonly table: string; readonly counts: readonly number[] }[]
  /** Compared on each laptop, by the order in which they left; then in the other city, and on the road from there. */
  readonly compared: readonly number[]
}

interface Side {
  readonly database: HomecomingDatabase
  readonly parent: HomecomingDatabase
}

export async function compare(stage: Stage): Promise<Sameness> {
  const open: HomecomingDatabase[] = []
  const opened = async (path: string, key?: string): Promise<HomecomingDatabase> => {
    const how = key === undefined ? {} : { keyFile: stage.kept(key) }
    open.push(await openDatabase(stage.kept(path), how))
    return open.at(-1)!
  }
  try {
    const central = await opened(stage.central)
    const children: Side[] = []
    for (const { paths } of stage.travellers)
      children.push({ database: await opened(paths.database, paths.key), parent: central })
    const { far, database } = stage.branch
    const satellite = await opened(database)
    children.push({ database: satellite, parent: central })
    children.push({ database: await opened(far.paths.database, far.paths.key), parent: satellite })
    return await compareAll(central, children)
  } finally {
    for (const database of open) await closeDatabase(database)
  }
}

async function compareAll(central: HomecomingDatabase, children: readonly Side[]): Promise<Sameness> {
  let differences = 0
  const compared: number[] = []
  for (const { parent, database } of children) {
    const { differenceCount, records } = await verify(parent, database)
    differences += differenceCount
    compared.push(records)
  }
  const tables: { table: string; counts: number[] }[] = []
  for (const { name } of central.dictionary.prototyped) {
    const counts: number[] = []
    for (const database of [central, ...children.map(child => child.database)])
      counts.push(await countRows(database, name))
    tables.push({ table: name, counts })
  }
  return { identical: differences === 0, differences, tables, compared }
}
