/** Settle: everything that was delayed comes, everybody finishes what was begun, and all exchange until nobody has more to say. */
import { sql } from 'kysely'
import { decideHeld } from '../travel/held.ts'
import { comeHome, leave, packet, together } from './journeys.ts'
import { isAtWork, type Place } from './place.ts'
import type { World } from './world.ts'

/** News crosses a world of three tiers in a few rounds; more of them than this are a quarrel without an end. */
const ROUNDS = 16

export async function settle(world: World): Promise<void> {
  for (const { post } of [...world.children, ...world.left]) post?.clear()
  for (const place of world.children) await finishWhatWasBegun(world, place)
  await readWhatCameLate(world)
  await decideForThoseGone(world)
  for (const place of world.children) if (hasForgotten(world, place)) await findTogether(world, place)
  for (let round = 0; round < ROUNDS; round++) {
    let busy = 0
    for (const place of fromBelow(world)) busy += await packet(world, place, 'exchange')
    world.clock.pass(1)
    if (busy === 0) return world.restores.settled()
  }
  world.wrong.push('settle: there is no end of exchanging')
}

/** One of the two was put back at some time. */
const hasForgotten = ({ book }: World, { trip }: Place): boolean =>
  trip !== undefined && (book.restored.has(trip.tag) || book.toldAgain.has(trip.tag))

/** Travellers before the satellites that they left from. */
const fromBelow = (world: World): Place[] => [...world.children].reverse()

async function finishWhatWasBegun(world: World, place: Place): Promise<void> {
  for (let tries = 0; tries < 4 && place.state === 'leaving'; tries++) await leave(world, place)
  for (let tries = 0; tries < 6 && place.state === 'closing'; tries++) await comeHome(world, place)
  if (place.state === 'closing') await world.copies.goOnAway(world, place)
  if (place.state === 'leaving' || place.state === 'closing')
    world.wrong.push(`settle: ${place.name} is ${place.state} for ever`)
}

/** Of copies that are all in use one goes on. */
async function findTogether(world: World, place: Place): Promise<void> {
  if (place.state !== 'away') return
  for (const one of await world.copies.decide(world, place)) world.wrong.push(`settle: ${one}`)
  await together(world, place)
}

/** A repetition of a packet may lie where somebody came home from: whoever reads for everybody reads that too. */
async function readWhatCameLate(world: World): Promise<void> {
  for (const { parent, read } of world.left) if (parent.site) await read(parent.site)
}

/** Of a journey that has ended no packet comes any more: the administrator has it tried again, and lets go what waits
 *  for values that were on a lost laptop. */
async function decideForThoseGone(world: World): Promise<void> {
  for (const { site } of world.places.filter(isAtWork).filter(place => place.kind !== 'traveller')) {
    const waiting = await site.db.snapshot(read =>
      read.rows(sql<{
        id: number
      }>`select min(held_id) as id from hc_held h join hc_link l on l.link_id = h.link_id
        where l.state in ('home', 'written-off') group by h.link_id, h.tablenumber, h.record_id order by 1`),
    )
    for (const { id } of waiting)
      for (const decision of ['retry', 'reject'] as const) {
        const still = await site.db.snapshot(read =>
          read.row(sql`select 1 from hc_held where held_id = ${id}`),
        )
        if (still) await decideHeld(site, id, decision)
      }
  }
}
