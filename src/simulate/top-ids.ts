/** Top ids: what a record of any database is called at the top: the pairs of all journeys, and what was merged into what. */
import { sql } from 'kysely'
import type { Site } from '../log/site.ts'

interface Pair {
  readonly tag: string
  readonly t: number
  readonly local: number
  readonly parent: number
  readonly counter: number
}

/** `travelidmapping.cdbname` has room for so much of a tag. */
const NAMED = 29

export class TopIds {
  readonly #pairs = new Map<string, number>()
  readonly #aliases = new Map<string, number>()

  /** @param parents open databases that may have children, and what they were told by theirs */
  static async of(parents: readonly Site[]): Promise<TopIds> {
    const ids = new TopIds()
    for (const site of parents) await ids.#read(site)
    return ids
  }

  of(tag: string, table: string, record: number): number {
    return this.all(tag, table, record).at(-1)!
  }

  /** Also what it was called before it was merged, in that order. */
  all(tag: string, table: string, record: number): number[] {
    return this.#names(table, this.#pairs.get(`${tag.slice(0, NAMED)} ${table} ${record}`) ?? record)
  }

  /** @param record an id at the top @returns the record that it has become */
  kept(table: string, record: number): number {
    return this.#names(table, record).at(-1)!
  }

  /** Where two parents have merged the same two, each into the other, names lead in a circle: once around is enough. */
  #names(table: string, record: number): number[] {
    const names = [record]
    for (let kept = this.#aliases.get(`${table} ${record}`); kept !== undefined && !names.includes(kept); ) {
      names.push(kept)
      kept = this.#aliases.get(`${table} ${kept}`)
    }
    return names
  }

  async #read(site: Site): Promise<void> {
    const names = new Map(site.dictionary.tables.map(table => [table.number, table.name]))
    if (site.identity.kind === 'traveller') return
    const [pairs, aliases] = await site.db.snapshot(async read => [
      await read.rows(sql<Pair>`select cdbname as tag, table_number as t, local_id as local, parent_id as parent, counter
        from travelidmapping`),
      await read.rows(
        sql<{
          t: number
          old: number
          kept: number
        }>`select tablenumber as t, old_id as old, kept_id as kept from hc_alias`,
      ),
    ])
    for (const { tag, t, local, parent, counter } of pairs)
      for (let k = 0; k < counter; k++) this.#pairs.set(`${tag} ${names.get(t)} ${local + k}`, parent + k)
    for (const { t, old, kept } of aliases) this.#aliases.set(`${names.get(t)} ${old}`, kept)
  }
}
