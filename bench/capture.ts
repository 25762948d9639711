/**
 * What capture costs on SQLite: the same statements with and without our triggers, in one run.
 *   node bench/capture.ts [--size 200000] [--rounds 3] [--keep-owner]
 * Shape:  a contact-like table of 20 columns; one statement a row, one transaction a phase, an associate named.
 *         Updates set five fields, the owner among them: two log rows each (--keep-owner: the owner stays, one row).
 * Prints: milliseconds of the best round, and baseline time / our time.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Driver, { type Database } from 'better-sqlite3-multiple-ciphers'
import type { Field, Table } from '../src/dictionary/model.ts'
import type { CapturePlan } from '../src/storage/contract.ts'
import { installCapture } from '../src/storage/sqlite/capture.ts'
import { resetSession, setActor, setCapture } from '../src/storage/sqlite/session.ts'

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    'keep-owner': { type: 'boolean', default: false },
  },
})
const SIZE = Number(options.size)

const COLUMNS = `contact_id INTEGER PRIMARY KEY, name TEXT NOT NULL, department TEXT, number1 TEXT, number2 TEXT,
  associate_id INTEGER NOT NULL, country_id INTEGER NOT NULL, business_idx INTEGER NOT NULL, category_idx INTEGER NOT NULL,
  xstop INTEGER, nomailing INTEGER, registered TEXT NOT NULL, registered_associate_id INTEGER NOT NULL,
  updated TEXT NOT NULL, updated_associate_id INTEGER NOT NULL, text_id INTEGER, mother_id INTEGER, orgnr TEXT,
  source INTEGER, updatedcount INTEGER NOT NULL`
const INDEXES = ['name', 'associate_id', 'number2', 'mother_id']
const NAMES = COLUMNS.split(',').map(column => column.trim().split(' ')[0]!)

const field = (name: string): Field => ({
  name,
  type: / TEXT/.test(COLUMNS.slice(COLUMNS.indexOf(name), COLUMNS.indexOf(name) + 30)) ? 'text' : 'int32',
  ...(name === 'associate_id' ? { role: 'owner' as const } : {}),
})
const TABLE: Table = {
  name: 'contact',
  number: 5,
  travels: { down: true, up: true, prototype: true, area: true },
  fields: NAMES.map(field),
}

/** `off`: capture is there and switched off, as while packets are applied. */
type Kind = 'none' | 'central' | 'child' | 'off'
type Phase = 'insert' | 'update' | 'delete'
type Times = Record<Phase, number>

function planOf(kind: Kind): CapturePlan {
  return {
    dictionary: {
      name: 'bench',
      version: 1,
      parts: { associate: { table: 'contact', name: 'name' } },
      tables: [TABLE],
    },
    tables: [{ table: TABLE, fieldLevel: false, readOnly: false }],
    prefix: 0,
    child: kind === 'child',
    defaultAssociate: 1,
  }
}

function createTables(db: Database): void {
  db.exec(`CREATE TABLE contact (${COLUMNS});
    ${INDEXES.map(name => `CREATE INDEX contact_${name} ON contact (${name});`).join('\n')}
    CREATE TABLE sequence (id INTEGER PRIMARY KEY, next_id INTEGER, tablename TEXT, tablenumber INTEGER);
    CREATE TABLE traveltransactionlog (traveltransactionlog_id INTEGER PRIMARY KEY, ttime INTEGER NOT NULL,
      prev_record_id INTEGER NOT NULL, type INTEGER NOT NULL, associate_id INTEGER NOT NULL, tablenumber INTEGER NOT NULL,
      record_id INTEGER NOT NULL, flags INTEGER NOT NULL, application_id INTEGER NOT NULL, origin_id INTEGER NOT NULL)`)
}

function measure(folder: string, kind: Kind): Times {
  const db = new Driver(join(folder, `${kind}.db`))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('temp_store = memory')
  createTables(db)
  if (kind !== 'none') installCapture(db, planOf(kind))
  const phase = (work: () => void): number => {
    const start = performance.now()
    db.transaction(() => {
      if (kind !== 'none') setActor(db, 3)
      if (kind === 'off') setCapture(db, 'off')
      work()
      if (kind !== 'none') resetSession(db)
    })()
    return performance.now() - start
  }
  const times = {
    insert: phase(() => insert(db)),
    update: phase(() => update(db)),
    delete: phase(() => remove(db)),
  }
  db.close()
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `${kind}.db${end}`), { force: true })
  return times
}

function insert(db: Database): void {
  const statement = db.prepare(`INSERT INTO contact VALUES (${NAMES.map(() => '?').join(', ')})`)
  const time = '2026-01-01T10:00:00Z'
  for (let id = 1; id <= SIZE; id++) {
    const name = `Company number ${(id * 7919) % SIZE} of a usual length`
    const who = (id % 40) + 1
    const number = `C${id}`
    const rest = [0, 0, time, who, time, who, null, null, `NO ${id} 123 456 789 MVA and some more`, 0, 1]
    statement.run(id, name, `Department ${id % 50}`, number, `N${id}`, who, 578, id % 12, id % 8, ...rest)
  }
}

function update(db: Database): void {
  const statement =
    db.prepare(`UPDATE contact SET department = ?, associate_id = ?, category_idx = ?, updated = ?,
    updatedcount = ? WHERE contact_id = ?`)
  const shift = options['keep-owner'] ? 1 : 2
  for (let id = 1; id <= SIZE; id++) {
    statement.run(`Dept ${id % 51}`, (id % 40) + shift, (id % 8) + 1, '2026-02-01T10:00:00Z', 2, id)
  }
}

function remove(db: Database): void {
  const statement = db.prepare('DELETE FROM contact WHERE contact_id = ?')
  for (let id = 1; id <= SIZE; id++) statement.run(id)
}

const best = (a: Times | undefined, b: Times): Times =>
  a
    ? {
        insert: Math.min(a.insert, b.insert),
        update: Math.min(a.update, b.update),
        delete: Math.min(a.delete, b.delete),
      }
    : b

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'homecoming-bench-'))
  const kinds: readonly Kind[] = ['none', 'central', 'child', 'off']
  const times: Partial<Record<Kind, Times>> = {}
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const kind of kinds) times[kind] = best(times[kind], measure(folder, kind))
  }
  rmSync(folder, { recursive: true })
  for (const kind of kinds) {
    const line = (['insert', 'update', 'delete'] as const).map(phase => {
      const time = times[kind]![phase]
      return `${phase} ${time.toFixed(0).padStart(5)} ms x${(times.none![phase] / time).toFixed(2)}`
    })
    console.log(kind.padEnd(8), line.join('   '))
  }
}

main()
