/** Journal: what the engine's own tables say about membership, to be held against the reference. */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../../dictionary/loaded.ts'
import type { Table } from '../../dictionary/model.ts'
import type { Site } from '../../log/site.ts'
import type { Membership } from './membership.ts'

interface Slot {
  readonly area_id: number
  readonly word: number
  readonly bit: number
  readonly alldata: number
}
interface Move {
  readonly position: number
  readonly entered: number
}

export class Journal {
  readonly position: number
  readonly #slots: readonly Slot[]
  readonly #masks: ReadonlyMap<string, number>
  readonly #moves: ReadonlyMap<string, Move>

  private constructor(
    position: number,
    slots: readonly Slot[],
    masks: ReadonlyMap<string, number>,
    moves: ReadonlyMap<string, Move>,
  ) {
    this.position = position
    this.#slots = slots
    this.#masks = masks
    this.#moves = moves
  }

  static read(site: Site, position: number): Promise<Journal> {
    return site.db.snapshot(async read => {
      const slots = await read.rows(sql<Slot>`select * from hc_area_slot`)
      const members = await read.rows(
        sql<{ w: number; t: number; r: number; mask: number }>`select word as w, tablenumber as t,
          record_id as r, mask from hc_member`,
      )
      const moves = await read.rows(
        sql<Move & { a: number; t: number; r: number }>`select area_id as a, tablenumber as t, record_id as r,
          position, entered from hc_move`,
      )
      return new Journal(
        position,
        slots,
        new Map(members.map(row => [`${row.w} ${row.t} ${row.r}`, row.mask])),
        new Map(moves.map(row => [`${row.a} ${row.t} ${row.r}`, row])),
      )
    })
  }

  has(area: number, table: Table, id: number): boolean {
    const slot = this.#slots.find(each => each.area_id === area)
    const mask = slot && this.#masks.get(`${slot.word} ${table.number} ${id}`)
    return mask !== undefined && Math.floor(mask / slot!.bit) % 2 === 1
  }

  moveSince(position: number, area: number, table: Table, id: number): 'entered' | 'left' | undefined {
    const move = this.#moves.get(`${area} ${table.number} ${id}`)
    if (!move || move.position <= position) return undefined
    return move.entered === 1 ? 'entered' : 'left'
  }

  /** Members too many and too few, in every area with rules; an area of everything has none. */
  differences(dictionary: LoadedDictionary, membership: Membership): string[] {
    const wrong: string[] = []
    const tables = dictionary.tables.filter(table => (table.membership ?? []).length > 0)
    for (const area of membership.areas().filter(each => !membership.isEverything(each))) {
      for (const table of tables) {
        for (const id of membership.rows.get(table.name)!.keys()) {
          const right = membership.isMember(area, table.name, id)
          if (this.has(area, table, id) !== right)
            wrong.push(`${table.name} ${id} is ${right ? 'not ' : ''}in the journal of area ${area}`)
        }
      }
    }
    return [...wrong, ...this.#strangers(dictionary, membership)]
  }

  #strangers(dictionary: LoadedDictionary, membership: Membership): string[] {
    return [...this.#masks.keys()].flatMap(key => {
      const [, number, id] = key.split(' ').map(Number) as [number, number, number]
      const table = dictionary.tableByNumber(number)
      return table && membership.rows.get(table.name)!.has(id)
        ? []
        : [`${table?.name ?? number} ${id} is in the journal, and nowhere else`]
    })
  }
}
