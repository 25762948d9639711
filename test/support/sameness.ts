/** Sameness: what is wrong with the roots of a parent and its child at rest, and with what they are made from. */

import { slotOf } from '../../src/areas/membership.ts'
import { keepMembership } from '../../src/areas/upkeep.ts'
import { readLog } from '../../src/log/reader.ts'
import { readSetting } from '../../src/log/settings.ts'
import type { Site } from '../../src/log/site.ts'
import { linkByTag } from '../../src/packet/link.ts'
import { readRuns } from '../../src/packet/pairs.ts'
import { rootFor } from '../../src/packet/sums-frame.ts'
import { childSums, mayBeTooOld, parentSums } from '../../src/sameness/roots.ts'
import { verifyDeep } from '../../src/travel/deep.ts'
import { differences } from '../../src/travel/same.ts'

/** Both with the same root, and each with what its rows hash to. @returns what is wrong */
export async function unlike(parent: Site, child: Site): Promise<string[]> {
  const wrong: string[] = []
  for (const site of [parent, child])
    for (const { table, record, what } of (await verifyDeep(site)).bypassed)
      wrong.push(`${site === parent ? 'parent' : 'child'}: the hash of ${table} ${record} is wrong: ${what}`)
  const theirs = await parent.db.change(async write => {
    await keepMembership(parent, write, await readLog(write))
    const link = (await linkByTag(write, child.identity.tag))!
    const area = await slotOf(write, link.area_id)
    if (!area || !(await rootFor(parent, write, link))) return undefined
    return parentSums(write, parent.dictionary, area, await readRuns(write, link.tag))
  })
  const [mine, compared, asks, found] = await child.db.snapshot(async read => [
    await childSums(read),
    await readSetting(read, 'sameness-compared'),
    await readSetting(read, 'sameness-asks'),
    await readSetting(read, 'sameness-begun'),
  ])
  if (compared === undefined) wrong.push('the child has no hashes')
  if (asks) wrong.push(`the child is asking: ${asks}`)
  if (found) wrong.push(`the child found no end of looking: ${found}`)
  for (const one of await differences(child))
    if (one.reason === 'hash') wrong.push(`${one.table} ${one.record} differed: ${one.what}`)
  if (!theirs) return wrong
  for (const [table, { a, b }] of theirs) {
    if (compared === 'young' && mayBeTooOld(parent.dictionary.tableByNumber(table)!)) continue
    const own = mine.get(table) ?? { a: 0, b: 0 }
    if (own.a !== a || own.b !== b)
      wrong.push(`the sums of ${parent.dictionary.tableByNumber(table)!.name} differ`)
  }
  return wrong
}
