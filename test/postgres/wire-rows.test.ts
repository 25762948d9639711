/** What the server sends comes in pieces that end anywhere; rows are read from them, and the driver gets the rest. */
import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../src/storage/postgres/value-bytes.ts'
import { type ResultColumn, TYPE } from '../../src/storage/postgres/values.ts'
import { type DriverConnection, readRowsFrom } from '../../src/storage/postgres/wire-rows.ts'

const TEXT = 25
const COLUMNS: readonly ResultColumn[] = [
  TYPE.int4,
  TYPE.int8,
  TEXT,
  TYPE.timestamptz,
  TYPE.bytea,
  TYPE.boolean,
].map(dataTypeID => ({ name: 'any', dataTypeID, tableID: 1 }))

describe('rows on the line', () => {
  const answer = Buffer.concat([
    message('Z', 'idle'),
    row('-12', '9007199254740993', 'Åse & Bjørn', '2026-11-21 04:05:06+00', '\\x00ff', 't'),
    message('C', 'SELECT 2'),
    row('7', '-42', '', '2026-11-21 04:05:06.25+00', null, 'f'),
    row(null, null, null, null, null, null),
    message('Z', ''),
  ])
  const all = read([answer])

  test('become values, and the driver gets every other message, in their order', () => {
    expect(all).toEqual([
      message('Z', 'idle').toString('latin1'),
      [-12, 9007199254740993n, 'Åse & Bjørn', '2026-11-21T04:05:06Z', new Uint8Array([0, 255]), true],
      message('C', 'SELECT 2').toString('latin1'),
      [7, -42, '', '2026-11-21T04:05:06.25Z', null, false],
      [null, null, null, null, null, null],
      message('Z', '').toString('latin1'),
    ])
  })

  test('may be cut in two anywhere', () => {
    for (let at = 1; at < answer.length; at++)
      expect(read([answer.subarray(0, at), answer.subarray(at)]), `cut at ${at}`).toEqual(all)
  })

  test('may come byte by byte', () => {
    expect(read([...answer].map(byte => Buffer.from([byte])))).toEqual(all)
  })
})

/** @returns rows as lists, and what reaches the driver as texts: whole messages, joined where nothing came between */
function read(pieces: readonly Uint8Array[]): unknown[] {
  const seen: unknown[] = []
  const attached: EventEmitter[] = []
  const connection: DriverConnection = Object.assign(new EventEmitter(), {
    attachListeners: (line: EventEmitter) => void attached.push(line),
  })
  readRowsFrom(connection)
  const line = new EventEmitter()
  connection.attachListeners(line)
  attached[0]!.on('data', (bytes: Buffer) => seen.push(bytes.toString('latin1')))
  connection.on('dataRow', ({ fields }: { fields: [unknown] }) => seen.push(fields[0]))
  connection.emit('rowDescription', { fields: COLUMNS })
  for (const piece of pieces) line.emit('data', Buffer.from(piece) as Bytes)
  return seen
}

function message(letter: string, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body)
  const start = Buffer.alloc(5)
  start.write(letter)
  start.writeUInt32BE(bytes.length + 4, 1)
  return Buffer.concat([start, bytes])
}

function row(...values: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2)
  count.writeUInt16BE(values.length)
  return message('D', Buffer.concat([count, ...values.map(fieldOf)]))
}

function fieldOf(value: string | null): Buffer {
  const bytes = Buffer.from(value ?? '')
  const length = Buffer.alloc(4)
  length.writeInt32BE(value === null ? -1 : bytes.length)
  return Buffer.concat([length, bytes])
}
