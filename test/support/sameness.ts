/** Sameness: what is wrong with the roots of a parent and its child at rest, and with what they are made from. */
import type { Site } from '../../src/log/site.ts'
import * as roots from '../../src/simulate/checks/roots.ts'

/** @returns what is wrong */
export async function unlike(parent: Site, child: Site): Promise<string[]> {
  const above = (await roots.unlikeRows(parent)).map(one => `the parent: ${one}`)
  return [...above, ...(await roots.unlikeRows(child)), ...(await roots.unlike(parent, child))]
}
