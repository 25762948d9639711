/**
 * Statement: a prepared statement that reads every value without loss, and counts in rows.
 * Integers: read as numbers (fast) until one beyond ±(2^53 - 1) turns up; then, and from then on, the statement
 *           is read as bigints. Nothing is read twice unless it happens, and a statement that writes reads exactly
 *           from the start, because it cannot be run again.
 */
import type { Row, Value } from '../../core/values.ts'
import type { Bound, DriverDatabase, DriverStatement } from './driver.ts'
import { type ColumnReader, columnReaders, INEXACT, readExactValue, readValue } from './values.ts'

export class Statement {
  readonly #driver: DriverStatement
  readonly #readers: readonly ColumnReader[]
  /** Columns whose values have to be looked at. */
  readonly #looked: readonly number[]
  readonly names: readonly string[]
  #exact: boolean

  constructor(db: DriverDatabase, sql: string) {
    this.#driver = db.prepare(sql)
    this.#exact = !this.#driver.readonly
    this.#readers = this.#driver.reader ? columnReaders(this.#driver) : []
    this.#looked = [...this.#readers.keys()].filter(index => this.#readers[index] !== 'as-is')
    this.names = this.#driver.reader ? this.#driver.columns().map(column => column.name) : []
    if (this.#driver.reader) this.#driver.raw(true)
    if (this.#exact && this.#driver.reader) this.#driver.safeIntegers(true)
  }

  /** True while rows of it are being read: it cannot be used for anything else meanwhile. */
  get busy(): boolean {
    return this.#driver.busy
  }

  get reads(): boolean {
    return this.#driver.reader
  }

  run(parameters: readonly Bound[]): number {
    return this.#driver.run(...parameters).changes
  }

  get(parameters: readonly Bound[]): Row | undefined {
    const read = () => {
      const row = this.#driver.get(...parameters) as Value[] | undefined
      return row && this.#read(row)
    }
    return this.#retried(read)
  }

  all(parameters: readonly Bound[]): Row[] {
    return this.#retried(() => (this.#driver.all(...parameters) as Value[][]).map(row => this.#read(row)))
  }

  /** Rows one by one. A snapshot gives the same rows again in the same order, so a second reading may skip. */
  *each(parameters: readonly Bound[]): Generator<Row> {
    let given = 0
    try {
      for (const row of this.#driver.iterate(...parameters)) {
        const read = this.#read(row as Value[])
        given++
        yield read
      }
    } catch (error) {
      if (error !== INEXACT) throw error
      this.#readExactly()
      yield* this.#from(given, parameters)
    }
  }

  *#from(given: number, parameters: readonly Bound[]): Generator<Row> {
    let index = 0
    for (const row of this.#driver.iterate(...parameters)) {
      if (index++ >= given) yield this.#read(row as Value[])
    }
  }

  #retried<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (error !== INEXACT) throw error
      this.#readExactly()
      return read()
    }
  }

  #readExactly(): void {
    this.#exact = true
    this.#driver.safeIntegers(true)
  }

  #read(row: Value[]): Row {
    const read = this.#exact ? readExactValue : readValue
    for (const index of this.#exact ? row.keys() : this.#looked) {
      row[index] = read(row[index], this.#readers[index]!)
    }
    return row
  }
}
