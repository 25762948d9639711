/**
 * Take up: a parent that was restored from before a child left takes its link up again, from what the child carries.
 * Never:  unless somebody has said that this database was restored (`homecoming restored`).
 */
import { readSetting } from '../log/settings.ts'
import type { Site } from '../log/site.ts'
import { insertLink, type Link, linkByTag, nextLinkId } from '../packet/link.ts'
import { updateRejoin } from '../packet/rejoin-state.ts'
import { restoredAt } from '../packet/restored-at.ts'
import { askHowFar } from '../rejoin/restored.ts'
import type { Writing } from '../storage/contract.ts'
import { insertTraveller } from './lend.ts'
import { openPass, PASS } from './pass.ts'

/** With both ends at hand. Only a parent that was restored may not know its own child. */
export async function takeUp(parent: Site, child: Site): Promise<Link | undefined> {
  const pass = await child.db.snapshot(read => readSetting(read, PASS))
  const link = pass === undefined ? undefined : openPass(parent, pass)
  if (!link || link.tag !== child.identity.tag || child.identity.parentTag !== parent.identity.tag)
    return undefined
  return parent.db.change(write => takeUpAgain(parent, write, link))
}

/** @param before as it was when the child left. What the copy it left with had of the lost life, the parent cannot tell: it begins with what both know for certain. */
export async function takeUpAgain(parent: Site, write: Writing, before: Link): Promise<Link | undefined> {
  const restored = await restoredAt(write)
  if (!restored) return undefined
  const position = Math.min(before.prototype_position, restored.position)
  const link: Link = {
    ...before,
    link_id: await nextLinkId(write),
    prototype_position: position,
    cut_position: position,
  }
  await insertLink(write, link)
  await insertTraveller(parent, write, link)
  await write.upsert({ table: 'hc_series', key: ['start'], columns: ['link_id'] }, [
    [Number(link.series), link.link_id],
  ])
  await askHowFar(write, link)
  await updateRejoin(write, link.link_id, { began: before.prototype_position })
  return linkByTag(write, link.tag)
}
