/**
 * Restored: what an administrator does after a parent was put back from a backup, before anyone works.
 * Shape:  ids jump, and the next packet to everyone who is away asks how far -> what was kept is read again, at the positions
 *         that it had (travel/kept.ts) -> positions jump.
 * Why:    whoever works first would take ids and positions that somebody away knows for something else.
 */
import { keepMembership } from '../areas/upkeep.ts'
import { readLog } from '../log/reader.ts'
import type { Site } from '../log/site.ts'
import { type Link, linksAway, updateLink } from '../packet/link.ts'
import { updateRejoin } from '../packet/rejoin-state.ts'
import { noteRestored, restoredAt } from '../packet/restored-at.ts'
import type { Writing } from '../storage/contract.ts'
import { JUMP, jumpIds } from './jump.ts'
import { noteReached, readReached } from './reached.ts'

/** In the caller's transaction. @returns the last position of the copy */
export async function noteRestore(site: Site, write: Writing): Promise<number> {
  const reading = await readLog(write)
  await keepMembership(site, write, reading)
  const before = await restoredAt(write)
  const position = before?.unfinished ? before.position : reading
  const reached = await readReached(site)
  // Further than two versions of one life are apart (apply/judge.ts), whatever the lost life came to.
  const past = Math.max(reading, reached.position) + 2 * JUMP
  await jumpIds(site, write, reached.ids)
  await noteReached(site, write, past)
  const common = Math.min(position, before?.common ?? position)
  await noteRestored(write, { position, past, common, time: site.platform.clock.now(), unfinished: true })
  for (const link of await linksAway(write)) await askHowFar(write, link)
  return position
}

/** All is done that `homecoming restored` does: from here on people work. */
export async function endRestore(write: Writing): Promise<void> {
  const restored = await restoredAt(write)
  if (!restored) return
  await readLog(write)
  await write.log.jump(restored.past)
  await noteRestored(write, { ...restored, unfinished: false })
}

/** Until it has read something that was written after this, it may know more than this side. */
export async function askHowFar(write: Writing, { link_id, out_number }: Link): Promise<void> {
  await updateRejoin(write, link_id, { pending: 'lost', unheard: true, since: out_number })
  await updateLink(write, link_id, { owes_ack: 1 })
}
