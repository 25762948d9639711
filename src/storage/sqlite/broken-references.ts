/**
 * Broken references: rows that point at nothing, in any table, whatever kind of key says that they should not.
 * Why:    a key that is `deferrable initially deferred` is checked when everything is written; then one bad row undoes all.
 * Note:   reads every table that has keys. Rows that pointed at nothing before are nobody's fault now.
 */
import type { Connection } from './connection.ts'
import { BrokenReference } from './driver-errors.ts'

const BROKEN = 'SELECT "table", rowid, parent, fkid FROM pragma_foreign_key_check'

export class BrokenReferences {
  readonly #connection: Connection
  readonly #before: ReadonlySet<string>

  constructor(connection: Connection) {
    this.#connection = connection
    this.#before = new Set(this.#now())
  }

  /** @throws {BrokenReference} */
  refuseNew(): void {
    const broken = this.#now().find(each => !this.#before.has(each))
    if (broken !== undefined) throw new BrokenReference(`${broken} is not there`)
  }

  #now(): string[] {
    const rows = this.#connection.guarded(() => this.#connection.statement(BROKEN).all([]))
    return rows.map(
      ([table, row, parent, key]) => `${table} ${row}: the ${parent} that its key ${key} points at`,
    )
  }
}
