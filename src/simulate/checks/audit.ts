/**
 * Audit: no edit is lost without a trace.
 * Every edit writes a mark of its own into its record and notes the mark that it saw there. In the end each mark must
 * be in the ancestry of what stands at the office, of what the conflict journal keeps, or of what a deletion that
 * stands had seen.
 */
import { sql } from 'kysely'
import { pointsAt } from '../../apply/owners.ts'
import type { Table } from '../../dictionary/model.ts'
import { REST } from '../../log/field-version.ts'
import type { Site } from '../../log/site.ts'

/** Names one edit; later ones are higher. */
export type Mark = number

/** The field of each table that says which edit its row comes from. */
export interface Marked {
  readonly marks: Readonly<Record<string, string>>
}

/** A record that somebody deleted, in the ids of the database where it was. */
export interface Deleted {
  readonly tag: string
  readonly table: string
  readonly record: number
}

export class Audit {
  readonly #world: Marked
  /** Mark -> the mark that its author saw in the record; 0: none. */
  readonly #seen = new Map<Mark, Mark>()
  readonly #deletions: { readonly seen: Mark; readonly of: Deleted | undefined }[] = []
  /** Made on a laptop that was written off. */
  readonly #excused = new Set<Mark>()
  /** Table and id -> the edit that the record began with. */
  readonly #firstOf = new Map<string, Mark>()
  readonly #madeOn = new Map<string, Mark[]>()
  next = 1

  constructor(world: Marked) {
    this.#world = world
  }

  /** @returns the values with the new edit's mark in them */
  mark<V>(
    table: string,
    values: Record<string, V>,
    journey: string,
    seen: Mark,
  ): Record<string, V | number | string> {
    const field = this.#world.marks[table]
    if (field === undefined) return values
    const mark = this.next++
    this.#seen.set(mark, seen)
    this.#madeOn.set(journey, [...(this.#madeOn.get(journey) ?? []), mark])
    return { ...values, [field]: written(mark) }
  }

  /** An edit that the database refused was none. */
  takeBack(from: Mark): void {
    for (let mark = from; mark < this.next; mark++) this.#seen.delete(mark)
  }

  /** @param of the record, where `check` is told which deletions were overruled */
  deleted(seen: Mark, of?: Deleted): void {
    if (seen > 0) this.#deletions.push({ seen, of })
  }

  /** Nobody owes a written-off laptop anything. */
  excuse(journey: string): void {
    for (const mark of this.#madeOn.get(journey) ?? []) this.#excused.add(mark)
  }

  /** What only a journal had kept that is lost now, and what that had replaced. */
  async excuseJournaled(site: Site): Promise<void> {
    for (const mark of this.#ancestry(await journaled(site, this.#world))) this.#excused.add(mark)
  }

  /**
   * Made anywhere since, but for those that stand in some database that is still there.
   * @param kept journeys that are owed all the same
   * @param named databases of which only that is owed which has a version there
   * @param by the database in which it was made; absent: any
   */
  async excuseAllSince(
    from: Mark,
    still: readonly Site[],
    kept: readonly string[] = [],
    named: ReadonlySet<string> = new Set(),
    by?: string,
  ): Promise<void> {
    const standing = new Set<Mark>()
    for (const site of still)
      for (const mark of await this.#standing(site, named.has(site.identity.tag))) standing.add(mark)
    const owed = new Set(kept.flatMap(tag => this.#madeOn.get(tag) ?? []))
    const made = by === undefined ? this.#seen.keys() : (this.#madeOn.get(by) ?? [])
    for (const mark of made)
      if (mark >= from && !standing.has(mark) && !owed.has(mark)) this.#excused.add(mark)
  }

  /** Made on a disk that is lost, and read by nobody. */
  excuseOnly(marks: Iterable<Mark>): void {
    for (const mark of marks) this.#excused.add(mark)
  }

  /** Made on a laptop since, and on nothing that anybody else has read. */
  excuseSince(journey: string, from: Mark): void {
    for (const mark of this.#madeOn.get(journey) ?? []) if (mark >= from) this.#excused.add(mark)
  }

  /** No id ever stands for another Insert. @returns what is wrong */
  async watchIds(office: Site): Promise<string[]> {
    const wrong: string[] = []
    for (const [name, field] of Object.entries(this.#world.marks)) {
      const key = office.dictionary.table(name).fields[0]!.name
      const rows = await office.db.snapshot(read =>
        read.rows(
          sql<{
            id: number
            mark: unknown
          }>`select ${sql.ref(key)} as id, ${sql.ref(field)} as mark from ${sql.table(name)}`,
        ),
      )
      for (const { id, mark } of rows) {
        const first = this.#first(read(mark))
        const known = this.#firstOf.get(`${name} ${id}`) ?? first
        if (known > 0 && first > 0 && known !== first)
          wrong.push(`${name} ${id} began as edit ${known}, and now as edit ${first}`)
        if (first > 0) this.#firstOf.set(`${name} ${id}`, first)
      }
    }
    return wrong
  }

  async markIn(site: Site, table: Table, record: number): Promise<Mark> {
    const field = this.#world.marks[table.name]
    if (field === undefined) return 0
    const key = table.fields[0]!.name
    const row = await site.db.snapshot(read =>
      read.row(
        sql<{
          mark: unknown
        }>`select ${sql.ref(field)} as mark from ${sql.table(table.name)} where ${sql.ref(key)} = ${record}`,
      ),
    )
    return read(row?.mark)
  }

  /** The records that belong to one, over any depth, deepest first. */
  async below(site: Site, table: Table, record: number): Promise<{ table: Table; record: number }[]> {
    const found: { table: Table; record: number }[] = []
    for (const child of site.dictionary.childrenOf(table)) {
      const key = child.table.fields[0]!.name
      const rows = await site.db.snapshot(read =>
        read.rows(
          sql<{
            id: number
          }>`select ${sql.ref(key)} as id from ${sql.table(child.table.name)} where ${pointsAt(child, table, record)}`,
        ),
      )
      for (const { id } of rows) {
        found.push(...(await this.below(site, child.table, id)), { table: child.table, record: id })
      }
    }
    return found
  }

  /**
   * @param journals databases whose journal may have kept it
   * @param isEnded whether a journal says that this deletion was overruled, and so was what was deleted by it; or somebody has brought the record back, knowing of it
   * @returns what is lost; empty when all is well
   */
  async check(
    office: Site,
    journals: readonly Site[] = [office],
    isEnded: (of: Deleted) => boolean = () => false,
  ): Promise<string[]> {
    const standing = await this.#standing(office)
    const alive = new Set([...standing].map(mark => this.#first(mark)))
    const effective = this.#deletions
      .filter(({ seen, of }) => !alive.has(this.#first(seen)) || (of && isEnded(of)))
      .map(({ seen }) => seen)
    const kept: Mark[] = []
    for (const site of journals) kept.push(...(await journaled(site, this.#world)))
    const explained = this.#ancestry([...standing, ...kept, ...effective])
    const lost = [...this.#seen.keys()].filter(mark => !explained.has(mark) && !this.#excused.has(mark))
    return lost.map(mark => `edit ${mark}, which replaced ${this.#seen.get(mark)}, is lost without a trace`)
  }

  /** @param named only of records that have a version; field by field, only where it is one of the mark */
  async #standing(office: Site, named = false): Promise<Set<Mark>> {
    const marks = new Set<Mark>()
    for (const [name, field] of Object.entries(this.#world.marks)) {
      const { number, fields } = office.dictionary.table(name)
      const at = fields.findIndex(each => each.name === field)
      const byField = sql`select 1 from hc_field_version f where f.tablenumber = v.tablenumber and f.record_id = v.record_id`
      const which = named
        ? sql` where ${sql.ref(fields[0]!.name)} in (select record_id from hc_version v where tablenumber = ${number}
            and (not exists (${byField}) or exists (${byField} and f.field in (${REST}, ${at}))))`
        : sql``
      const rows = await office.db.snapshot(read =>
        read.rows(sql<{ mark: unknown }>`select ${sql.ref(field)} as mark from ${sql.table(name)}${which}`),
      )
      for (const row of rows) marks.add(read(row.mark))
    }
    return marks
  }

  #ancestry(from: readonly Mark[]): Set<Mark> {
    const all = new Set<Mark>()
    for (let mark of from) {
      while (mark > 0 && !all.has(mark)) {
        all.add(mark)
        mark = this.#seen.get(mark) ?? 0
      }
    }
    return all
  }

  /** The edit that created the record. */
  #first(mark: Mark): Mark {
    let first = mark
    for (let before = this.#seen.get(first); before; before = this.#seen.get(first)) first = before
    return first
  }
}

async function journaled(office: Site, world: Marked): Promise<Mark[]> {
  const rows = await office.db.snapshot(read =>
    read.rows(
      // Of what was moved below a record that is gone by now, the entry keeps what stands beside what was lost.
      sql<{ t: number; mine: string }>`select tablenumber as t, mine from hc_conflict where mine <> ''
        union all select tablenumber, theirs from hc_conflict where theirs <> '' and reason = 'owner-deleted'`,
    ),
  )
  return rows.map(row => {
    const field = world.marks[office.dictionary.tableByNumber(row.t)!.name]
    const value = field && (JSON.parse(row.mine) as Record<string, unknown>)[field]
    return read(value)
  })
}

/** All mark fields are texts, but for tables without one, which keep a whole number in a field of 64 bits. */
const written = (mark: Mark): string => `e${mark}`

function read(value: unknown): Mark {
  if (typeof value !== 'string') return 0
  const found = /^e(\d+)/.exec(value)
  return found ? Number(found[1]) : 0
}
