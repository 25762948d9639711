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
  /** Compared on each laptop, by the order in which they left. */
  readonly compared: readonly number[]
}

export async function compare(stage: Stage): Promise<Sameness> {
  const central = await openDatabase(stage.kept(stage.central))
  const children: HomecomingDatabase[] = []
  try {
    for (const { paths } of stage.travellers)
      children.push(await openDatabase(stage.kept(paths.database), { keyFile: stage.kept(paths.key) }))
    return await compareAll(central, children)
  } finally {
    for (const database of [central, ...children]) await closeDatabase(database)
  }
}

async function compareAll(
  central: HomecomingDatabase,
  children: readonly HomecomingDatabase[],
): Promise<Sameness> {
  let differences = 0
  const compared: number[] = []
  for (const child of children) {
    const { differenceCount, records } = await verify(central, child)
    differences += differenceCount
    compared.push(records)
  }
  const tables: { table: string; counts: number[] }[] = []
  for (const { name } of central.dictionary.prototyped) {
    const counts: number[] = []
    for (const database of [central, ...children]) counts.push(await countRows(database, name))
    tables.push({ table: name, counts })
  }
  return { identical: differences === 0, differences, tables, compared }
}
