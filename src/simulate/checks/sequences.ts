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
 * nobody knows of an id that was taken and never used.
 */
function whose({ book }: World, { site, copy }: Place & { site: Site }, counter: string): string {
  const { tag } = site.identity
  const isLost = counter === LOG_ID || (counter.startsWith(NEXT_ID) && book.toldAgain.has(tag))
  return isLost ? `${tag} ${copy}` : tag
}

const LOG_ID = 'log id'
const NEXT_ID = 'next id of '

const countersOf = (site: Site): Promise<Counter[]> =>
  site.db.snapshot(read =>
    read.rows(sql<Counter>`select ${NEXT_ID} || tablename as name, next_id as value from sequence
      union all select ${LOG_ID}, coalesce(max(traveltransactionlog_id), 0) from traveltransactionlog where type <> 0
      union all select 'packets written to ' || tag, out_number from hc_link where state = 'away'
      union all select 'packets read from ' || tag, in_number from hc_link where state = 'away'`),
  )
