/**
 * Version: the state of a record after one change, named by the database that made it and its position there.
 * Role:  the stored form of a version, and reading and writing many of them at once.
 * Never: decides who wins.
 */
import type { Row } from '../core/values.ts'
import type { Reading, Target, Writing } from '../storage/contract.ts'

/** Brought by the parent. Links to children count from 1; 0 is a change made here. */
export const PARENT_LINK = -1
export const MADE_HERE = 0
/** Maker of what has never changed; stands in no table and no packet. */
export const NOBODY = -1

/** Names one change anywhere in an installation; `maker` is this database's number for the maker (hc_database). */
export interface VersionName {
  readonly maker: number
  readonly position: number
}

export interface Version {
  readonly name: VersionName
  readonly time: number
  readonly associate: number
  readonly position: number
  readonly link: number
  readonly deleted: boolean
  readonly born: boolean
  readonly agreed: VersionName | null
  readonly sent: number
}

export interface RecordKey {
  readonly table: number
  readonly record: number
}

/** One number for a record: table numbers have 16 bits, ids 32. */
export const keyOf = (table: number, record: number): number => table * 0x100000000 + record

/** Nobody's version is none. */
export const sameVersion = (a: VersionName | null, b: VersionName | null): boolean =>
  isNone(a) || isNone(b) ? isNone(a) && isNone(b) : a!.maker === b!.maker && a!.position === b!.position

const isNone = (name: VersionName | null): boolean => name === null || name.maker === NOBODY

const COLUMNS = [
  'maker',
  'maker_position',
  'time',
  'associate_id',
  'position',
  'link',
  'deleted',
  'born',
  'agreed_maker',
  'agreed_position',
  'sent',
]
export const VERSIONS: Target = { table: 'hc_version', key: ['tablenumber', 'record_id'], columns: COLUMNS }

/** @returns the versions in the order of the keys; undefined: as the prototype had it */
export async function readVersions(
  read: Reading,
  keys: readonly RecordKey[],
): Promise<(Version | undefined)[]> {
  const rows = await read.lookup(
    VERSIONS,
    keys.map(key => [key.table, key.record]),
  )
  return rows.map(row => row && versionFrom(row, 0))
}

export async function writeVersions(
  write: Writing,
  versions: readonly (RecordKey & { version: Version })[],
): Promise<void> {
  await write.upsert(
    VERSIONS,
    versions.map(({ table, record, version }) => [table, record, ...versionRow(version)]),
  )
}

/** Reads the version columns of a positional row, in VERSION_COLUMNS order, from `at` on. */
export function versionFrom(row: Row, at: number): Version {
  const n = (offset: number) => row[at + offset] as number
  const agreedMaker = row[at + 8] as number | null
  return {
    name: { maker: n(0), position: n(1) },
    time: n(2),
    associate: n(3),
    position: n(4),
    link: n(5),
    deleted: n(6) === 1,
    born: n(7) === 1,
    agreed: agreedMaker === null || agreedMaker === undefined ? null : { maker: agreedMaker, position: n(9) },
    sent: n(10),
  }
}

export const VERSION_COLUMNS: readonly string[] = COLUMNS

function versionRow(version: Version): Row {
  return [
    version.name.maker,
    version.name.position,
    version.time,
    version.associate,
    version.position,
    version.link,
    version.deleted ? 1 : 0,
    version.born ? 1 : 0,
    version.agreed?.maker ?? null,
    version.agreed?.position ?? null,
    version.sent,
  ]
}
