/**
 * Authors: the log at the top tells of each edit who made it and when, as the first parent corrected it, and tells it once.
 * Shape:  the edit book, in the ids of the top, against the log rows that came from below.
 */

import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { LOG } from '../../log/types.ts'
import type { Edit } from '../edit-book.ts'
import { isAtWork } from '../place.ts'
import { TopIds } from '../top-ids.ts'
import type { World } from '../world.ts'

interface Row {
  readonly id: number
  readonly type: number
  readonly t: number
  readonly record: number
  readonly associate: number
  readonly time: number
}

const KINDS: Readonly<Record<number, Edit['kind']>> = {
  [LOG.insert]: 'insert',
  [LOG.update]: 'update',
  [LOG.delete]: 'delete',
}

export async function checkAuthors(world: World): Promise<string[]> {
  const known = await Known.of(world)
  // Areas are changed by an administrator, whose edits nobody counts.
  const { dictionary } = world.central.site!
  const worked = new Set(world.kind.tables.map(name => dictionary.table(name).number))
  const rows = await centralRows(
    world,
    sql<Row>`select traveltransactionlog_id as id, type, tablenumber as t, record_id as record, associate_id as associate, ttime as time
      from traveltransactionlog where origin_id <> 0 and type in (4352, 4608, 4864)`,
  ).then(all => all.filter(({ t }) => worked.has(t)))
  return [...rows.flatMap(row => known.judge(row)), ...known.tooMany(rows)]
}

/** What became one with a record that was there before is told as an edit of that. */
const isTold = ({ kind }: Edit, type: number): boolean =>
  kind === KINDS[type] || (kind === 'insert' && type === LOG.update)

class Known {
  readonly #world: World
  readonly #byRecord = new Map<string, Edit[]>()
  readonly #deletions: Edit[] = []
  readonly #numbers: ReadonlyMap<number, string>
  readonly #ids: TopIds

  private constructor(world: World, ids: TopIds) {
    this.#world = world
    this.#ids = ids
    this.#numbers = new Map(world.central.site!.dictionary.tables.map(table => [table.number, table.name]))
  }

  static async of(world: World): Promise<Known> {
    const ids = await TopIds.of(world.places.filter(isAtWork).map(place => place.site))
    const known = new Known(world, ids)
    for (const edit of world.book.edits) {
      for (const id of ids.all(edit.tag, edit.table, edit.record)) known.#add(`${edit.table} ${id}`, edit)
      if (edit.kind === 'delete') known.#deletions.push(edit)
    }
    return known
  }

  #add(record: string, edit: Edit): void {
    const edits = this.#byRecord.get(record)
    if (edits) edits.push(edit)
    else this.#byRecord.set(record, [edit])
  }

  judge(row: Row): string[] {
    const edits = this.#edits(row)
    const hers = edits.filter(edit => edit.associate === row.associate)
    if (hers.some(edit => edit.time === row.time || this.#isWrongClock(edit))) return []
    // What a copy made before it heard of its former life may have got other ids since.
    if (this.#world.book.restoredPeople.has(row.associate)) return []
    // What goes with a record is deleted by who deleted that record, when the parent hears of it.
    if (row.type === LOG.delete && this.#coversAt(row)) return []
    const who = hers.length > 0 ? `at ${hers.map(edit => edit.time).join(', ')}` : 'never'
    return [
      `log row ${row.id} says that ${row.associate} changed ${this.#numbers.get(row.t)} ${row.record} at ${row.time}: that was ${who}`,
    ]
  }

  /**
   * One edit is told once. Where clocks were wrong, times of several edits may have become one.
   */
  tooMany(rows: readonly Row[]): string[] {
    const told = new Map<string, number>()
    for (const row of rows.filter(each => each.type !== LOG.delete)) {
      const key = `${row.t} ${row.record} ${row.type} ${row.associate} ${row.time}`
      told.set(key, (told.get(key) ?? 0) + 1)
    }
    return [...told].flatMap(([key, count]) => {
      const [t, record, type, associate, time] = key.split(' ').map(Number) as [
        number,
        number,
        number,
        number,
        number,
      ]
      const edits = this.#edits({ t, record }).filter(edit => edit.associate === associate)
      if (edits.some(edit => this.#isWrongClock(edit))) return []
      if (this.#world.book.restoredPeople.has(associate)) return []
      if (edits.some(edit => this.#isToldAgain(edit))) return []
      const made = edits.filter(edit => edit.time === time && isTold(edit, type)).length
      return count > made && made > 0
        ? [
            `${associate} changed ${this.#numbers.get(t)} ${record} at ${time} ${made} times, the log tells it ${count} times`,
          ]
        : []
    })
  }

  /** Of the record that stays, where it was merged, and of whatever else became that: a row names what it was called then. */
  #edits({ t, record }: { readonly t: number; readonly record: number }): readonly Edit[] {
    const name = this.#numbers.get(t)!
    return this.#byRecord.get(`${name} ${this.#ids.kept(name, record)}`) ?? []
  }

  #isWrongClock(edit: Edit): boolean {
    return this.#world.book.wrongClocks.has(edit.tag)
  }

  #isToldAgain(edit: Edit): boolean {
    return this.#world.book.retold.has(edit)
  }

  #coversAt(row: Row): boolean {
    return this.#deletions.some(
      edit => edit.associate === row.associate && (edit.time <= row.time || this.#isWrongClock(edit)),
    )
  }
}

const centralRows = <R>(world: World, query: RawBuilder<R>): Promise<R[]> =>
  world.central.site!.db.snapshot(read => read.rows(query))
