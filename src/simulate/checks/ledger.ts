/**
 * Ledger: every edit ever made is accounted for once. What somebody really edited is in the edit book; what the engine says
 * it was, at both ends.
 */
import { sql } from 'kysely'
import type { Site } from '../../log/site.ts'
import { PARENT_LINK } from '../../log/version.ts'
import { linkByTag } from '../../packet/link.ts'
import { type Account, accountOf, ownAccount } from '../../travel/ledger.ts'
import { isAtWork, type Place } from '../place.ts'
import type { World } from '../world.ts'

/** Call after everything that a child may seal a packet in: what was unsent is in it now. */
export async function noteSealed(world: World, place: Place): Promise<void> {
  if (!place.site) return
  await world.copies.noteSealed(place, world.audit.next)
  const row = await place.site.db.snapshot(read =>
    read.row(
      sql<{ packet: number | null }>`select max(packet) as packet from hc_ledger
        where link_id = ${PARENT_LINK} and made > 0`,
    ),
  )
  world.book.sealed(place.site.identity.tag, row?.packet ?? 0)
}

export async function checkLedger(world: World): Promise<string[]> {
  const wrong: string[] = []
  for (const place of world.children.filter(isAtWork))
    wrong.push(...(await accountsDiffer(world, place, place.parent!.site!, place.site)))
  return wrong
}

async function accountsDiffer(world: World, place: Place, parent: Site, child: Site): Promise<string[]> {
  const own = await child.db.snapshot(ownAccount)
  const { tag } = child.identity
  const wrong = doesNotAddUp(place, own)
  const theirs = await accountAt(parent, tag)
  if (JSON.stringify(theirs) !== JSON.stringify(own))
    wrong.push(`${place.name} says ${said(own)}, ${place.parent!.name} says ${said(theirs)}`)
  return [...wrong, ...isNotWhatWasMade(world, place, tag, own)]
}

/** At the parent alone: the child is home, and gone. */
export async function checkLedgerAtHome(world: World, place: Place, tag: string): Promise<string[]> {
  const theirs = await accountAt(place.parent!.site!, tag)
  return [...doesNotAddUp(place, theirs), ...isNotWhatWasMade(world, place, tag, theirs)]
}

const accountAt = (parent: Site, tag: string): Promise<Account> =>
  parent.db.snapshot(async read => accountOf(read, (await linkByTag(read, tag))!.link_id))

function doesNotAddUp(place: Place, own: Account): string[] {
  const sum = own.applied + own.merged + own.overruled + own.rejected + own.held
  return own.made === sum && own.unanswered === 0 ? [] : [`${place.name}: ${said(own)} does not add up`]
}

function isNotWhatWasMade(world: World, place: Place, tag: string, { made }: Account): string[] {
  // A satellite's account has its travellers' edits too; of a lost disk nobody knows what it had sealed.
  if (place.kind === 'satellite' || world.book.restored.has(tag)) return []
  const { sent } = world.book.account(tag)
  const owed = world.book.owed(tag)
  const wrong = owed.length > 0 ? [`${place.name} has not sent ${owed.slice(0, 5).join(', ')}`] : []
  if (world.book.toldAgain.has(tag) && made <= sent) return wrong
  return sent === made ? wrong : [...wrong, `${place.name} made ${sent} edits, its account says ${made}`]
}

const said = (account: Account): string => JSON.stringify(account)
