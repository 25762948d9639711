/**
 * Databases that versions name. Packets name them by tag, tables by a small number; 0 is this database.
 */
import { sql } from 'kysely'
import type { Tag } from '../core/ids.ts'
import type { Writing } from '../storage/contract.ts'

/** Numbers for tags and back, read once per transaction. */
export class Databases {
  readonly #write: Writing
  readonly #numbers = new Map<Tag, number>()
  readonly #tags = new Map<number, Tag>()

  private constructor(write: Writing) {
    this.#write = write
  }

  static async read(write: Writing): Promise<Databases> {
    const databases = new Databases(write)
    const rows = await write.rows(
      sql<{ database_id: number; tag: Tag }>`select database_id, tag from hc_database`,
    )
    for (const row of rows) databases.#know(row.database_id, row.tag)
    return databases
  }

  /** Without asking the database: undefined for a tag never seen. */
  known(tag: Tag): number | undefined {
    return this.#numbers.get(tag)
  }

  async numberOf(tag: Tag): Promise<number> {
    const known = this.#numbers.get(tag)
    if (known !== undefined) return known
    const next = this.#tags.size === 0 ? 0 : Math.max(...this.#tags.keys()) + 1
    await this.#write.run(sql`insert into hc_database (database_id, tag) values (${next}, ${tag})`)
    this.#know(next, tag)
    return next
  }

  tagOf(number: number): Tag {
    return this.#tags.get(number) ?? ''
  }

  #know(number: number, tag: Tag): void {
    this.#numbers.set(tag, number)
    this.#tags.set(number, tag)
  }
}
