/**
 * Definitions: what the rows of `area`, `areauserinclusion` and `areauserassignment` say, and what of it is new.
 * Role:   gives areas with rules their bits, keeps the bits of each associate, and says whose records are concerned.
 * Never:  looks at a record of the application.
 */
import { sql } from 'kysely'
import type { Reading, Writing } from '../storage/contract.ts'
import { WORD } from './tables.ts'

/** An area as membership knows it. `word` is -1 and `bit` 0 where it is an area of everything. */
export interface AreaSlot {
  readonly area_id: number
  readonly word: number
  readonly bit: number
  readonly alldata: number
}

export interface AreaUser {
  readonly word: number
  readonly associate_id: number
  readonly included: number
  readonly present: number
}

/** What differs from the last look. */
export interface Redefined {
  /** Areas with rules that were not there, or were areas of everything. */
  readonly begun: readonly AreaSlot[]
  /** Areas with rules that are gone, or of everything now. */
  readonly ended: readonly AreaSlot[]
  /** Of those begun, the ones that were of everything; of those ended, the ones that are. */
  readonly narrowed: readonly AreaSlot[]
  readonly widened: readonly AreaSlot[]
  /** Associates whose bits changed. */
  readonly associates: readonly number[]
}

const NO_WORD = -1

export const readSlots = (read: Reading): Promise<AreaSlot[]> =>
  read.rows(sql<AreaSlot>`select area_id, word, bit, alldata from hc_area_slot order by area_id`)

/** Brings slots and users to what the classic tables say now. */
export async function redefine(write: Writing): Promise<Redefined> {
  const before = await readSlots(write)
  const declared = await write.rows(
    sql<{ area_id: number; alldata: number }>`select area_id, alldata from area order by area_id`,
  )
  const after = slotsFor(declared, before)
  await replaceSlots(write, after)
  const associates = await replaceUsers(write, after)
  const by = (slots: readonly AreaSlot[]) => new Map(slots.map(slot => [slot.area_id, slot]))
  const [was, is] = [by(before), by(after)]
  const begun = after.filter(slot => !slot.alldata && (was.get(slot.area_id)?.alldata ?? 1))
  const ended = before.filter(slot => !slot.alldata && (is.get(slot.area_id)?.alldata ?? 1))
  return {
    begun,
    ended,
    narrowed: begun.filter(slot => was.has(slot.area_id)),
    widened: ended.filter(slot => is.has(slot.area_id)),
    associates,
  }
}

/** An area keeps the slot that it has; a new one takes the lowest that was free before. */
function slotsFor(
  declared: readonly { area_id: number; alldata: number }[],
  before: readonly AreaSlot[],
): AreaSlot[] {
  const known = new Map(before.map(slot => [slot.area_id, slot]))
  const taken = new Set(before.map(slot => `${slot.word} ${slot.bit}`))
  return declared.map(({ area_id, alldata }) => {
    if (alldata) return { area_id, word: NO_WORD, bit: 0, alldata: 1 }
    const old = known.get(area_id)
    return old && !old.alldata ? old : { area_id, ...freeSlot(taken), alldata: 0 }
  })
}

function freeSlot(taken: Set<string>): { word: number; bit: number } {
  for (let n = 0; ; n++) {
    const slot = { word: Math.floor(n / WORD), bit: 2 ** (n % WORD) }
    const name = `${slot.word} ${slot.bit}`
    if (taken.has(name)) continue
    taken.add(name)
    return slot
  }
}

async function replaceSlots(write: Writing, slots: readonly AreaSlot[]): Promise<void> {
  await write.run(sql`delete from hc_area_slot`)
  await write.insert(
    { table: 'hc_area_slot', key: ['area_id'], columns: ['word', 'bit', 'alldata'] },
    slots.map(slot => [slot.area_id, slot.word, slot.bit, slot.alldata]),
  )
}

/** @returns the associates whose bits are not what they were */
async function replaceUsers(write: Writing, slots: readonly AreaSlot[]): Promise<number[]> {
  const before = await write.rows(
    sql<AreaUser>`select word, associate_id, included, present from hc_area_user`,
  )
  const after = await usersOf(write, slots)
  await write.run(sql`delete from hc_area_user`)
  await write.insert(
    { table: 'hc_area_user', key: ['word', 'associate_id'], columns: ['included', 'present'] },
    after.map(user => [user.word, user.associate_id, user.included, user.present]),
  )
  return differing(before, after)
}

async function usersOf(read: Reading, slots: readonly AreaSlot[]): Promise<AreaUser[]> {
  const bits = new Map(slots.filter(slot => !slot.alldata).map(slot => [slot.area_id, slot]))
  const users = new Map<string, { -readonly [name in keyof AreaUser]: AreaUser[name] }>()
  const note = (area: number, associate: number, included: boolean) => {
    const slot = bits.get(area)
    if (!slot) return
    const key = `${slot.word} ${associate}`
    const user = users.get(key) ?? { word: slot.word, associate_id: associate, included: 0, present: 0 }
    users.set(key, user)
    user.present = withBit(user.present, slot.bit)
    if (included) user.included = withBit(user.included, slot.bit)
  }
  for (const row of await pairsIn(read, 'areauserinclusion')) note(row.area, row.associate, true)
  for (const row of await pairsIn(read, 'areauserassignment')) note(row.area, row.associate, false)
  return [...users.values()]
}

const pairsIn = (read: Reading, table: string): Promise<{ area: number; associate: number }[]> =>
  read.rows(
    sql<{
      area: number
      associate: number
    }>`select distinct area_id as area, associate_id as associate from ${sql.table(table)} where associate_id <> 0`,
  )

/** JavaScript's own `|` knows 32 bits only. */
const withBit = (mask: number, bit: number): number => (hasBit(mask, bit) ? mask : mask + bit)
export const hasBit = (mask: number, bit: number): boolean => Math.floor(mask / bit) % 2 === 1

function differing(before: readonly AreaUser[], after: readonly AreaUser[]): number[] {
  const text = (user: AreaUser) => `${user.word} ${user.associate_id} ${user.included} ${user.present}`
  const [was, is] = [new Set(before.map(text)), new Set(after.map(text))]
  const changed = [
    ...before.filter(user => !is.has(text(user))),
    ...after.filter(user => !was.has(text(user))),
  ]
  return [...new Set(changed.map(user => user.associate_id))]
}
