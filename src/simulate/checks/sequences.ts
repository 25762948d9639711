/** Sequences: no counter of any database ever goes back: ids, positions, log ids, packet numbers. */
import { sql } from 'kysely'
import type { Site } from '../../log/site.ts'
import { isAtWork, type Place } from '../place.ts'
import type { World } from '../world.ts'

interface Counter {
  readonly name: string
  readonly value: number
}

export async function checkSequences(world: World): Promise<string[]> {
  const wrong: string[] = []
  for (const place of world.places.filter(isAtWork)) {
    for (const { name, value } of await countersOf(place.site)) {
      const before = world.memory.see(`${whose(world, place, name)} ${name}`, value)
      if (before !== undefined) wrong.push(`${place.name}: ${name} was ${before}, and is ${value}`)
    }
  }
  return wrong
}

/**
 * Of a disk that was lost the log rows are lost, too; what is given out next is not. But where the parent was put back as well,
 * nobody knows of an id that was taken and never used, nor of packets that only those two knew of.
 */
function whose(world: World, { site, copy }: Place & { site: Site }, counter: string): string {
  const { tag } = site.identity
  if (counter.startsWith(PACKETS)) return `${tag} ${copyBelow(world, site, counter)}`
  const isLost = counter === LOG_ID || (counter.startsWith(NEXT_ID) && world.book.toldAgain.has(tag))
  return isLost ? `${tag} ${copy}` : tag
}

/** Which copy of the child it is, where its parent was put back while it was away. */
function copyBelow({ book, places }: World, site: Site, counter: string): string {
  const ends = places.filter(
    each => each.site && (each.site === site || counter.endsWith(each.site.identity.tag)),
  )
  const child = ends.find(({ parent }) => parent?.site && ends.some(each => each.site === parent.site))
  return child?.site && book.toldAgain.has(child.site.identity.tag) ? String(child.copy) : ''
}

const LOG_ID = 'log id'
const PACKETS = 'packets '
const NEXT_ID = 'next id of '

const countersOf = (site: Site): Promise<Counter[]> =>
  site.db.snapshot(read =>
    read.rows(sql<Counter>`select ${NEXT_ID} || tablename as name, next_id as value from sequence
      union all select ${LOG_ID}, coalesce(max(traveltransactionlog_id), 0) from traveltransactionlog where type <> 0
      union all select 'packets written to ' || tag, out_number from hc_link where state = 'away'
      union all select 'packets read from ' || tag, in_number from hc_link where state = 'away'`),
  )
