/** Held: nothing waits anywhere once everything was exchanged and whoever has no more to say was decided upon. */
import { sql } from 'kysely'
import { isAtWork } from '../place.ts'
import type { World } from '../world.ts'

interface HeldRow {
  readonly t: number
  readonly record: number
  readonly message: string
}

export async function checkHeld(world: World): Promise<string[]> {
  const wrong: string[] = []
  for (const place of world.places.filter(isAtWork)) {
    const rows = await place.site.db.snapshot(read =>
      read.rows(sql<HeldRow>`select tablenumber as t, record_id as record, message from hc_held`),
    )
    for (const row of rows) wrong.push(`${place.name} still holds ${row.t} ${row.record}: ${row.message}`)
  }
  return wrong
}
