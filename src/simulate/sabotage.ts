/**
 * Sabotage: ways in which the engine could be wrong, done to a world from outside: by SQL behind its back, or with its packets.
 * Each says which check must notice it. One that finds nothing to break yet is tried again later.
 */
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import type { Site } from '../log/site.ts'
import { linkByTag } from '../packet/link.ts'
import { receive } from '../travel/receive.ts'
import type { CheckName } from './checks/checks.ts'
import { packet } from './journeys.ts'
import { isAtWork, type Place } from './place.ts'
import { way } from './ways.ts'
import type { World } from './world.ts'

export interface Sabotage {
  readonly name: string
  readonly noticedBy: CheckName
  /** While people work, or when everything is settled and about to be checked. */
  readonly when: 'working' | 'settled'
  /** @returns whether there was something to break */
  break(world: World): Promise<boolean>
}

type Working = Place & { site: Site }

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'an operation is dropped from a packet',
    noticedBy: 'ledger',
    when: 'working',
    async break(world) {
      const child = travellers(world)[0]
      if (!child) return false
      await packet(world, child, 'sendUp')
      await world.hands.edit(child, 'insert', 0, 3)
      return behind(
        child,
        sql`delete from traveltransactionlog where traveltransactionlog_id =
          (select max(traveltransactionlog_id) from traveltransactionlog where type = 4352)`,
      )
    },
  },
  {
    name: 'a packet is applied twice',
    noticedBy: 'authors',
    when: 'working',
    break: appliedTwice,
  },
  {
    name: 'two packets are swapped',
    noticedBy: 'self',
    when: 'working',
    break: swapped,
  },
  {
    name: 'a change is not captured',
    noticedBy: 'sameness',
    when: 'settled',
    async break(world) {
      const child = travellers(world)[0]
      return child !== undefined && behind(child, sql`update customer set name = 'nobody noticed' where true`)
    },
  },
  {
    name: 'a row is left below a parent that has moved away',
    noticedBy: 'sameness',
    when: 'settled',
    async break(world) {
      const child = travellers(world)[0]
      return (
        child !== undefined && behind(child, sql`insert into line (line_id, deal_id) values (4000, 4000)`)
      )
    },
  },
  {
    name: 'a temporary id is left at central',
    noticedBy: 'ids',
    when: 'settled',
    break: world =>
      behind(world.central, sql`update customer set topic_id = 2113929217 where customer_id = 1`),
  },
  {
    name: 'a receipt is lost',
    noticedBy: 'ledger',
    when: 'settled',
    async break(world) {
      for (const child of travellers(world))
        if (await behind(child, sql`update hc_ledger set judged = 0, applied = 0 where made > cancelled`))
          return true
      return false
    },
  },
  {
    name: 'an edit is counted twice',
    noticedBy: 'ledger',
    when: 'settled',
    async break(world) {
      for (const child of travellers(world))
        if (
          await behind(child, sql`update hc_ledger set made = made + 1, applied = applied + 1 where made > 0`)
        )
          return behind(
            world.central,
            sql`update hc_ledger set made = made + 1, applied = applied + 1 where made > 0`,
          )
      return false
    },
  },
  {
    name: 'an edit has the wrong author',
    noticedBy: 'authors',
    when: 'settled',
    break: world =>
      behind(world.central, sql`update traveltransactionlog set associate_id = 1 where origin_id > 0`),
  },
  {
    name: 'an edit has the wrong time',
    noticedBy: 'authors',
    when: 'settled',
    break: world =>
      behind(world.central, sql`update traveltransactionlog set ttime = ttime - 7 where origin_id > 0`),
  },
  {
    name: 'a log id is skipped',
    noticedBy: 'positions',
    when: 'settled',
    break: world =>
      behind(
        world.central,
        sql`delete from traveltransactionlog where traveltransactionlog_id in
          (select traveltransactionlog_id from traveltransactionlog where type <> 0 order by 1 limit 1 offset 5)`,
      ),
  },
  {
    name: 'a sequence goes back',
    noticedBy: 'sequences',
    when: 'settled',
    async break(world) {
      if (world.settled < 2) return false
      return behind(
        world.central,
        sql`update sequence set next_id = next_id - 6 where tablename = 'customer'`,
      )
    },
  },
  {
    name: 'an edit disappears everywhere',
    noticedBy: 'lost',
    when: 'settled',
    async break(world) {
      const everywhere = world.places.filter(isAtWork)
      for (const place of everywhere) await behind(place, sql`update visit set mark = '' where mark <> ''`)
      return true
    },
  },
  {
    name: 'a record is missing in the journal of areas',
    noticedBy: 'areas',
    when: 'settled',
    break: world => behind(world.central, sql`delete from hc_member where tablenumber = 410`),
  },
  {
    name: 'the key of somebody who is home is left',
    noticedBy: 'leftovers',
    when: 'settled',
    async break(world) {
      const [left] = world.left
      if (!left) return false
      writeFileSync(join(left.folder, 'travel.key'), 'Homecoming key, version 1\n')
      return true
    },
  },
  {
    name: 'something waits for ever',
    noticedBy: 'held',
    when: 'settled',
    break: world =>
      behind(
        world.central,
        sql`insert into hc_held (held_id, link_id, tablenumber, record_id) values (9000, 1, 410, 1)`,
      ),
  },
]

const travellers = (world: World): Working[] =>
  world.places.filter(isAtWork).filter(place => place.kind === 'traveller')

/** A statement that nothing of ours takes notice of. @returns whether it changed anything */
async function behind(place: Place, statement: RawBuilder<unknown>): Promise<boolean> {
  return place.site!.db.change(async write => {
    await write.capture('off')
    return (await write.run(statement)) > 0
  })
}

interface Read {
  readonly in_number: number
  readonly in_hash: Uint8Array | null
}

/** What central has read of a child. */
const readSoFar = (world: World, child: Working): Promise<Read> =>
  world.central.site!.db.snapshot(async read => (await linkByTag(read, child.site.identity.tag))!)

const pretendRead = (world: World, child: Working, { in_number, in_hash }: Read): Promise<boolean> =>
  behind(
    world.central,
    sql`update hc_link set in_number = ${in_number}, in_hash = ${in_hash} where tag = ${child.site.identity.tag}`,
  )

/** Central forgets that it has read the last UP, and reads it again. */
async function appliedTwice(world: World): Promise<boolean> {
  const child = travellers(world)[0]
  if (!child) return false
  await packet(world, child, 'exchange')
  const before = await readSoFar(world, child)
  await world.hands.edit(child, 'insert', 0, 5)
  await packet(world, child, 'sendUp')
  const name = newestUp(child)
  await packet(world, child, 'readUp')
  await pretendRead(world, child, before)
  await behind(world.central, sql`delete from hc_ledger where packet = ${before.in_number + 1}`)
  await behind(
    world.central,
    sql`delete from hc_packet where outgoing = 0 and number = ${before.in_number + 1}`,
  )
  // A version that is known is not taken again, whatever brings it.
  await behind(world.central, sql`delete from hc_version where tablenumber = 410 and link > 0`)
  const folder = child.post!.folder
  copyFileSync(join(folder, 'done', name), join(folder, name))
  await receive(world.central.site!, way(world, child, world.central.site!))
  return true
}

/** Central reads the second of two UPs first. */
async function swapped(world: World): Promise<boolean> {
  const child = travellers(world)[0]
  if (!child) return false
  await packet(world, child, 'exchange')
  const before = await readSoFar(world, child)
  const again = async () => {
    await world.hands.edit(child, 'update', 0, 8)
    await packet(world, child, 'sendUp')
    world.clock.pass(1)
  }
  await again()
  await again()
  const [first, second] = await child.site.db.snapshot(read =>
    read.rows(sql<{ number: number; hash: Uint8Array; name: string }>`select number, hash, name from hc_packet
      where outgoing = 1 and number > ${before.in_number} order by number`),
  )
  if (!first || !second) return false
  await pretendRead(world, child, { in_number: first.number, in_hash: first.hash })
  await packet(world, child, 'readUp')
  const after = await readSoFar(world, child)
  await pretendRead(world, child, before)
  await behind(world.central, sql`delete from hc_ledger where packet = ${first.number}`)
  const folder = child.post!.folder
  copyFileSync(join(folder, 'done', first.name), join(folder, first.name))
  await packet(world, child, 'readUp')
  await pretendRead(world, child, after)
  return true
}

const ups = (folder: string): string[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.up'))
    .sort()

const newestUp = (child: Working): string => ups(child.post!.folder).at(-1)!
