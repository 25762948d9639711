/**
 * Self: nobody loses against himself. Each person works in one database at a time, and what he edits there he knows; so an
 * edit that was overruled by a later one of the same person was read out of its order, or twice.
 * But for what came back after a restore (packet 0): it meets what was made of that edit when it was read again.
 */
import { sql } from 'kysely'
import { isAtWork } from '../place.ts'
import type { World } from '../world.ts'

interface Lost {
  readonly id: number
  readonly t: number
  readonly record: number
  readonly who: number
}

export async function checkSelf(world: World): Promise<string[]> {
  const wrong: string[] = []
  for (const place of world.places.filter(isAtWork)) {
    const rows = await place.site.db.snapshot(read =>
      read.rows(sql<Lost>`select conflict_id as id, tablenumber as t, record_id as record, loser_associate as who
        from hc_conflict where loser_associate = winner_associate and reason in ('later-wins', 'parent-wins-tie')
        and loser_kind = 'put' and winner_kind = 'put' and packet > 0`),
    )
    for (const row of rows.filter(({ who }) => !isTwo(world, who)))
      wrong.push(`${place.name}, entry ${row.id}: ${row.who} lost ${row.t} ${row.record} against himself`)
  }
  return wrong
}

/** With a copy put back, one is two. */
const isTwo = ({ book }: World, who: number): boolean => book.restoredPeople.has(who) || book.setBack.has(who)
