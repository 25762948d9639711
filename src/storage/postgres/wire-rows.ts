/**
 * Wire rows: the values of a row, read from the bytes in which the server sends them.
 * Why:    the driver makes a text of each value first, which takes longer than all that is done with most of them.
 * Shape:  what comes on the line goes to the driver as it is, but for messages that hold a row: those reach it as the event
 *         that it would have made of them itself, with a single field, the row of values (values.ts).
 * Order:  nothing overtakes anything.
 * @source PostgreSQL, "Message Formats": RowDescription, DataRow
 */
import { EventEmitter } from 'node:events'
import { type Bytes, type BytesReader, bytesReaderOf } from './value-bytes.ts'
import type { ResultColumn } from './values.ts'

/** Of the driver's own connection, what its types leave out. */
export interface DriverConnection extends EventEmitter {
  attachListeners(stream: EventEmitter): void
}

const DATA_ROW = 'D'.charCodeAt(0)
/** A letter, and the length of what follows with itself. */
const HEADER = 5

/** Call it before the driver connects: the line that it opens then is read here. */
export function readRowsFrom(connection: DriverConnection): void {
  const attach = connection.attachListeners.bind(connection)
  connection.attachListeners = line => {
    const rest = new EventEmitter()
    const rows = new WireRows(connection, rest)
    connection.on('rowDescription', ({ fields }: { fields: readonly ResultColumn[] }) =>
      rows.describe(fields),
    )
    line.on('data', (bytes: Bytes) => rows.add(bytes))
    line.on('end', () => rest.emit('end'))
    attach(rest)
  }
}

class WireRows {
  readonly #connection: EventEmitter
  readonly #driver: EventEmitter
  #readers: readonly BytesReader[] = []
  /** The beginning of a message, in the pieces in which it came. */
  #begun: Bytes[] = []
  #length = 0
  /** Bytes without which it makes no sense to look again. */
  #wanted = HEADER

  constructor(connection: EventEmitter, driver: EventEmitter) {
    this.#connection = connection
    this.#driver = driver
  }

  describe(columns: readonly ResultColumn[]): void {
    this.#readers = columns.map(bytesReaderOf)
  }

  add(piece: Bytes): void {
    this.#begun.push(piece)
    this.#length += piece.length
    if (this.#length < this.#wanted) return
    const bytes = this.#begun.length === 1 ? piece : (Buffer.concat(this.#begun) as Bytes)
    const read = this.#messages(bytes)
    this.#begun = read < bytes.length ? [bytes.subarray(read) as Bytes] : []
    this.#length = bytes.length - read
    this.#wanted = this.#length < HEADER ? HEADER : endOf(bytes, read) - read
  }

  /** @returns where the last whole message ends */
  #messages(bytes: Bytes): number {
    let passed = 0
    let at = 0
    while (at + HEADER <= bytes.length) {
      const end = endOf(bytes, at)
      if (end > bytes.length) break
      if (bytes[at] === DATA_ROW) {
        this.#pass(bytes, passed, at)
        const row = this.#row(bytes, at + HEADER)
        // As one field: the driver would copy the values one by one.
        this.#connection.emit('dataRow', {
          name: 'dataRow',
          length: end - at - 1,
          fieldCount: 1,
          fields: [row],
        })
        passed = end
      }
      at = end
    }
    this.#pass(bytes, passed, at)
    return at
  }

  #pass(bytes: Buffer, from: number, to: number): void {
    if (from < to) this.#driver.emit('data', bytes.subarray(from, to))
  }

  #row(bytes: Bytes, start: number): unknown[] {
    const count = bytes.readUInt16BE(start)
    const row = new Array<unknown>(count).fill(null)
    let at = start + 2
    for (let index = 0; index < count; index++) {
      const length = bytes.readInt32BE(at)
      at += 4
      if (length < 0) continue
      row[index] = this.#readers[index]!(bytes, at, at + length)
      at += length
    }
    return row
  }
}

const endOf = (bytes: Buffer, at: number): number => at + 1 + bytes.readUInt32BE(at + 1)
