/**
 * What the frames of a packet say, read by docs/packet-format.md alone: it imports nothing of ours.
 * Role:  the blocks of independent-reader.ts in, records with names out.
 */
type Block = readonly [kind: number, body: unknown]
type Row = readonly unknown[]
type Numbers = readonly number[]

const KINDS = ['put', 'delete', 'leave']

export function understand(blocks: readonly unknown[]) {
  const [first, ...rest] = blocks as readonly Block[]
  const frames = rest.slice(0, -1)
  const of = (kind: number): unknown[] => frames.filter(frame => frame[0] === kind).map(([, body]) => body)
  return {
    head: first![1] as Record<string, unknown>,
    order: frames.map(([kind]) => kind),
    operations: of(1).flatMap(operations),
    log: of(2).flatMap(body => (body as Numbers[]).map(logRow)),
    ledger: of(3).flatMap(body => (body as Numbers[]).map(ledgerLine)),
    conflicts: of(4).flatMap(body => (body as Row[]).map(conflict)),
    aliases: of(5).flatMap(body => (body as Numbers[]).map(([table, old, kept]) => ({ table, old, kept }))),
    inbox: of(8).flatMap(body => (body as Row[]).map(message)),
    sums: of(11).flatMap(body => (body as Row[]).map(sums)),
    verdicts: of(10).flatMap(body =>
      (body as Row[]).map(([table, record, tag, position, verdict]) => ({
        table,
        record,
        tag,
        position,
        verdict,
      })),
    ),
    branch: of(13)[0] as Readonly<Record<string, unknown>> | undefined,
    counters: of(6).flatMap(body => (body as Row[]).map(([name, last]) => ({ name, last }))),
  }
}

function operations(body: unknown) {
  const [table, kind, tags, rows] = body as [number, number, string[], Row[]]
  const version = (tag: unknown, position: unknown) =>
    tag === -1 ? 'prototype' : `${tags[tag as number]!.slice(0, 4)}:${position}`
  return rows.map(row => {
    const parts = row[10] as Numbers[] | null
    const fieldByField = parts !== null && !parts.some(([field]) => field === -1)
    return {
      table,
      kind: KINDS[kind],
      record: row[0],
      version: version(row[1], row[2]),
      replaces: version(row[3], row[4]),
      time: row[5],
      associate: row[6],
      born: ((row[7] as number) & 1) !== 0,
      wanted: ((row[7] as number) & 2) !== 0,
      passed: ((row[7] as number) & 4) !== 0,
      values: fieldByField ? named(row[8]) : row[8],
      base: fieldByField ? named(row[9]) : row[9],
      parts: parts?.map(([field, tag, at, oldTag, oldAt, time, associate]) => ({
        field,
        version: version(tag, at),
        replaces: version(oldTag, oldAt),
        time,
        associate,
      })),
    }
  })
}

/** Sums as hex, by the ids that they begin with; of tables by their numbers. */
function sums([table, bits, index, below, bytes, which]: Row) {
  const all = Buffer.from(bytes as Uint8Array).toString('hex')
  const width = table === 0 ? 16 : 8
  let part = -1
  const parts = (which as number[]).map((distance, at) => {
    part += distance
    const first = (index as number) * 2 ** (bits as number) + part * 2 ** (below as number)
    return [table === 0 ? distance : first, all.slice(at * width, (at + 1) * width)]
  })
  return { table, below, sums: Object.fromEntries(parts) as Record<string, string> }
}

const named = (pairs: unknown) => pairs && Object.fromEntries(pairs as [number, unknown][])

const logRow = ([
  type,
  previous,
  time,
  ahead,
  associate,
  table,
  record,
  flags,
  application,
  ...more
]: Numbers) => ({
  type,
  previous,
  time,
  clock: time! + ahead!,
  associate,
  table,
  record,
  flags,
  application,
  brought: more[0] === 1,
})

const ledgerLine = ([packet, made, applied, merged, overruled, rejected, held]: Numbers) => ({
  packet,
  made,
  applied,
  merged,
  overruled,
  rejected,
  held,
})

function conflict(row: Row) {
  const [id, time, packet, table, record, verdict, reason] = row
  const values = (text: unknown) => (text === '' ? null : JSON.parse(text as string))
  return {
    id,
    time,
    packet,
    table,
    record,
    verdict,
    reason,
    loser: { associate: row[7], time: row[8], kind: row[11], values: values(row[14]) },
    winner: { associate: row[9], time: row[10], kind: row[12], values: values(row[15]) },
    base: values(row[13]),
  }
}

function message(row: Row) {
  const [id, time, associate, packet, table, record, was, verdict, reason, conflict] = row
  return { id, time, associate, packet, table, record, was, verdict, reason, conflict }
}
