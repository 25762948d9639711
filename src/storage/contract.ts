/**
 * Storage: what the engine needs from a relational database. SQLite here; others bring their own.
 * Shape:  a database gives snapshots (reading) and transactions (writing); both work on sets.
 * Never:  knows the protocol. Its rows are positional, its queries are Kysely's `sql`, compiled by the adapter.
 */
import type { RawBuilder } from 'kysely'
import type { Row, Value } from '../core/values.ts'
import type { Dictionary, Table } from '../dictionary/model.ts'
import type { Files } from '../platform/contract.ts'

export type Query<R = unknown> = RawBuilder<R>

export interface Database {
  /** For messages: a path or an address without passwords. */
  readonly name: string
  /** One consistent view for the whole of `work`; other writers are not blocked. */
  snapshot<T>(work: (read: Reading) => Promise<T>): Promise<T>
  /** One transaction: commits when `work` returns, rolls back when it throws. One at a time per database handle.
   *  @throws {HomecomingError} DATABASE_BUSY after the waiting time, DISK_FULL, DATABASE_INVALID */
  change<T>(work: (write: Writing) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface Reading {
  rows<R>(query: Query<R>): Promise<R[]>
  row<R>(query: Query<R>): Promise<R | undefined>
  /** Positional rows in batches: for everything that may be large. */
  batches(query: Query, size: number): AsyncIterable<Row[]>
  /** The same, quicker, of a query whose first column is a whole number that no two rows share: in its order, whatever
   *  the query says of order. What is written meanwhile may be seen or not. @param by the name of that column */
  pages(query: Query, by: string, size: number): AsyncIterable<Row[]>
  /** The rows with these keys, in the order asked for; undefined where there is none. */
  lookup(from: Target, keys: readonly Row[]): Promise<(Row | undefined)[]>
  /** What the types of the table's columns say beyond the dictionary; undefined where columns take whatever they are given:
   *  in a file, unless a copy of it was made from a server. */
  serverTypes(table: string): Promise<ServerTypes | undefined>
}

/** Of a table on a server. */
export interface ServerTypes {
  /** Digits before the point of decimals that hold no more than that, by field. */
  readonly digits: ReadonlyMap<string, number>
}

/** Names of a table, of its key columns and of the columns to read or write. */
export interface Target {
  readonly table: string
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** What an upsert does to a column where the key exists; absent: sets it. No key may come twice then. */
  readonly existing?: Readonly<Record<string, 'kept' | 'highest'>>
}

export interface Writing extends Reading {
  /** @returns the number of rows changed */
  run(query: Query): Promise<number>
  /** Each row: the key's values, then the columns' values. */
  insert(into: Target, rows: readonly Row[]): Promise<void>
  /** Insert, or set all `columns` where the key exists (see Target.existing). Never by delete and insert. */
  upsert(into: Target, rows: readonly Row[]): Promise<void>
  /** Each row: the key's values, then the columns' values. Rows without a match are passed over. */
  update(into: Target, rows: readonly Row[]): Promise<void>
  remove(from: Target, keys: readonly Row[]): Promise<void>
  /** A nested transaction: its writes are undone when it throws a constraint error, which is returned, or leaves a
   *  reference at nothing.
   *  @returns undefined when all went well */
  attempt(work: () => Promise<void>): Promise<ConstraintError | undefined>
  /** So many rows an attempt should write at most; those of an attempt that was refused are tried again by the next number. */
  readonly pieces: readonly number[]
  /** Capture as it stands for this transaction only; reset before the commit. */
  capture(mode: CaptureMode): Promise<void>
  /** Who acts in this transaction; null: the configured default. Reset before the commit. */
  actAs(associate: number | null): Promise<void>
  readonly schema: Schema
  readonly log: LogSource
}

/** `off`: rows written now are not logged. `applying`: they are, but nothing is refused for coming from elsewhere. */
export type CaptureMode = 'on' | 'off' | 'applying'

/** A refusal of the database's own rules, in words that do not depend on the product. */
export interface ConstraintError {
  readonly kind: 'unique' | 'not-null' | 'check' | 'reference' | 'refused' | 'other'
  readonly message: string
}

/** Definitions. All of it is transactional. */
export interface Schema {
  createTable(table: Table): Promise<void>
  /** Unique keys and indexes of the table. */
  createIndexes(table: Table): Promise<void>
  /** Adds fields that the table does not have yet, at the end. */
  growTable(table: Table, fields: Table['fields']): Promise<void>
  /** Our own and the classic travel tables (see log/tables.ts) from neutral column lists. */
  createOwnTable(table: OwnTable): Promise<void>
  dropTable(name: string): Promise<void>
  tables(): Promise<string[]>
  /** Columns of a table in order, undefined if there is no such table. */
  columns(table: string): Promise<string[] | undefined>
  /** What keeps columns of the table from holding what the dictionary says of them, a sentence each; empty is normal. */
  unfit(table: Table): Promise<string[]>
  installCapture(plan: CapturePlan): Promise<void>
  removeCapture(): Promise<void>
  /** Names of the capture objects that should be there and are not, or differ. */
  missingCapture(plan: CapturePlan): Promise<string[]>
  /** True where writing the table may change other rows: triggers that are not ours, cascading foreign keys. */
  hasSideEffects(table: string): Promise<boolean>
  /** What gives ids to rows of the table by itself goes on behind this one. */
  passIds(table: Table, last: number): Promise<void>
  /** Fields that may be read otherwise than they were written. Empty is normal. */
  rewrites(table: Table): Promise<readonly Rewriting[]>
}

/** Of a field whose values the database gives back in a form of its own: `1.5` as `1.50`. */
export interface Rewriting {
  /** By index. */
  readonly field: number
  /** True: this value will be read as it is written. */
  keeps(value: Value): boolean
}

/** A table of ours: `int` is 64 bits. The key is the primary key in this order. */
export interface OwnTable {
  readonly name: string
  readonly columns: readonly {
    readonly name: string
    readonly type: 'int' | 'text' | 'bytes'
    readonly nullable?: boolean
    readonly default?: number | string
  }[]
  readonly key: readonly string[]
  readonly indexes?: readonly (readonly string[])[]
}

/** What capture must write, without a word of SQL: the storage makes triggers of it. */
export interface CapturePlan {
  readonly dictionary: Dictionary
  /** Tables with travels.up or travels.down, in the dictionary's order. */
  readonly tables: readonly CapturedTable[]
  /** This database's prefix for ids: central 0, satellite k, traveller undefined (the table's travel prefix). */
  readonly prefix: number | undefined
  /** Children keep the agreed values (hc_base_<table>) and refuse tables that do not go up. */
  readonly child: boolean
  /** Written in the log where no associate is named. */
  readonly defaultAssociate: number
  /** At a parent: fields whose change moves records between areas. Their values before are noted (hc_repointed). */
  readonly watched: readonly WatchedTable[]
}

export interface WatchedTable {
  readonly table: Table
  /** By index: a change of one of these is noted, unless the log tells of it by a row of its own (owner, contact, project). */
  readonly fields: readonly number[]
  /** By index: those that other records follow backwards; noted when the record is deleted, too. */
  readonly pointers: readonly number[]
}

export interface CapturedTable {
  readonly table: Table
  readonly fieldLevel: boolean
  readonly readOnly: boolean
}

/** One row of the transaction log, with its position in the reading order. */
export interface LogRow {
  readonly position: number
  readonly id: number
  readonly time: number
  readonly previous: number
  readonly type: number
  readonly associate: number
  readonly table: number
  readonly record: number
  readonly flags: number
  readonly application: number
  readonly origin: number
}

/** The log in the order in which it became visible here. */
export interface LogSource {
  /** Gives the next positions to rows committed since the last call, at most `limit` of them, and stores that.
   *  @returns them by position; empty when there is nothing new */
  readNew(limit: number): Promise<LogRow[]>
  /** Positions after `from` up to and including `to`, in order. @throws {HomecomingError} LOG_GAP where they are pruned */
  between(from: number, to: number, size: number): AsyncIterable<LogRow[]>
  /** The rows about these records that are still there, by position. The whole log is looked through: for people's questions. */
  about(records: readonly { readonly table: number; readonly record: number }[]): Promise<LogRow[]>
  /** The highest position given so far. */
  position(): Promise<number>
  /** How many rows stand at positions after this one. Neither what was left out nor what was pruned is counted, and no row
   *  is looked at: it may be asked of millions. */
  countAfter(position: number): Promise<number>
  /** The lowest position that has not been pruned; one above `position()` where nothing is left. */
  first(): Promise<number>
  /** Appends rows (their `position` and `id` are ignored) and gives them positions at once: for packets.
   *  @returns the first and last position, or undefined for none */
  append(
    rows: readonly Omit<LogRow, 'position' | 'id'>[],
  ): Promise<{ first: number; last: number } | undefined>
  /** Leaves out the positions up to and including `to`: the next row gets the one after it. No row stands there, and
   *  `between` passes over them. Nothing where the log has got as far. */
  jump(to: number): Promise<void>
  /** Log id at a position, for people; 0 where no row stands. */
  idAt(position: number): Promise<number>
  /** Deletes rows up to and including the position. @returns how many */
  prune(upTo: number): Promise<number>
}

/** One database product: opens, copies and re-keys. Chosen in app/wire.ts, nowhere else. */
export interface Storage {
  /** Classic `databasetype`: 4 built-in, 16 browser, 17 PostgreSQL. @param path absent: that of the copies it makes */
  databaseType(path?: string): number
  /** The place without passwords, for messages and to be noted. */
  nameOf(path: string): string
  /** Whether something stands there, of whatever kind and state. */
  exists(path: string): Promise<boolean>
  /** The folder for all that is ours beside the database: keys, prototypes, packets. */
  home(path: string): string
  /** The folder for what is carried to and from the database: packets. */
  beside(path: string): string
  /** The path of a database of this name in a folder; a place that is no folder is one already. */
  within(place: string, name: string): string
  /** Where a database is made before it stands at `path`: until it is published nobody takes it for one. */
  draft(path: string): string
  /** From now on the draft stands at `path`. Nothing where it does already. */
  publish(files: Files, path: string): Promise<void>
  /** Takes away a draft; nothing where there is none. */
  discard(files: Files, path: string): Promise<void>
  /** Bytes that the database takes. */
  size(database: Database): Promise<number>
  /** A new database, whole when all is done, and not there where anything fails or dies.
   *  @param fill writes into it
   *  @param last done when it is filled and closed, before it stands under its name
   *  @throws {HomecomingError} DATABASE_EXISTS, DISK_FULL, and whatever `fill` and `last` throw */
  create(
    files: Files,
    path: string,
    fill: (db: Database) => Promise<void>,
    last?: () => Promise<void>,
  ): Promise<void>
  /** @throws {HomecomingError} DATABASE_NOT_FOUND, DATABASE_EXISTS, DATABASE_INVALID, KEY_MISSING, KEY_WRONG, DATABASE_BUSY */
  open(path: string, options?: OpenOptions): Promise<Database>
  /** Copies tables (definition, rows that `where` allows, indexes) of any database into a new one: a file, or a draft on a
   *  server. In one snapshot of `from`, without blocking its writers. The new one holds nothing else, a file in its free
   *  pages too. Removed again when it fails.
   *  @param finish puts in what else belongs there, before the database is safe as a whole; it acts for nobody */
  copyTables(
    from: Database,
    to: { readonly path: string; readonly key?: Uint8Array },
    tables: readonly CopiedTable[],
    progress?: (table: string, rows: number) => void,
    finish?: (write: Writing) => Promise<void>,
  ): Promise<void>
  /** Changes the key of a closed file, which is synced then, and opens it. Where it fails, no key may open the file. */
  rekey(path: string, from: Uint8Array, to: Uint8Array): Promise<Database>
  /** A consistent copy of a database that is in use. */
  backup(from: Database, path: string): Promise<void>
  /** The command with which its keeper copies a database where `backup` is not for us to do; undefined: it is. */
  copyCommand(path: string): string | undefined
  version(): string
}

export interface OpenOptions {
  /** 32 bytes: encrypted at rest. Absent: plain. */
  readonly key?: Uint8Array
  readonly create?: boolean
  readonly readOnly?: boolean
  /** How long to wait for another program's lock, milliseconds. */
  readonly waitFor?: number
}

export interface CopiedTable {
  readonly table: Table
  /** A condition on the table's columns; absent: all rows. */
  readonly where?: Query
}
