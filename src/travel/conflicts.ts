/**
 * Conflicts: what lost, field by field, and its way back (SPEC 9, "The loser is never dropped").
 */
import { sql } from 'kysely'
import { overlay } from '../apply/field-rows.ts'
import { fromJson } from '../apply/journal.ts'
import { LocalIds } from '../apply/local-ids.ts'
import { targetOf, wholeRow } from '../apply/rows.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Row, Value } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { sameInOneForm } from '../hashes/one-form.ts'
import type { Site } from '../log/site.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { actAs } from './activate.ts'

interface ConflictRow {
  conflict_id: number
  time: number
  link_id: number
  packet: number
  tablenumber: number
  record_id: number
  verdict: string
  reason: string
  loser_link: number
  loser_associate: number
  loser_time: number
  winner_associate: number
  winner_time: number
  loser_kind: string
  winner_kind: string
  base: string
  mine: string
  theirs: string
  restored_time: number
}

export interface FieldConflict {
  readonly field: string
  readonly base: Value
  readonly mine: Value
  readonly theirs: Value
}

/** One lost edit. `mine` is the loser's, `theirs` what stands instead. */
export interface Conflict {
  readonly id: number
  readonly time: number
  readonly table: string
  readonly record: number
  readonly verdict: string
  readonly reason: string
  readonly loser: { readonly associate: number; readonly time: number; readonly kind: string }
  readonly winner: { readonly associate: number; readonly time: number; readonly kind: string }
  /** Fields in which the two differ. */
  readonly fields: readonly FieldConflict[]
  readonly restored: number | undefined
}

export interface ConflictFilter {
  /** Whose edit lost. */
  readonly associate?: number
  readonly limit?: number
}

/** @returns the newest first */
export async function listConflicts(
  site: Site,
  read: Reading,
  filter: ConflictFilter = {},
): Promise<Conflict[]> {
  const rows = await read.rows(
    sql<ConflictRow>`select * from hc_conflict ${filter.associate === undefined ? sql`` : sql`where loser_associate = ${filter.associate}`}
      order by conflict_id desc limit ${filter.limit ?? 100}`,
  )
  return rows.map(row => conflictOf(site, row))
}

function conflictOf(site: Site, row: ConflictRow): Conflict {
  const table = site.dictionary.tableByNumber(row.tablenumber)
  return {
    id: row.conflict_id,
    time: row.time,
    table: table?.name ?? String(row.tablenumber),
    record: row.record_id,
    verdict: row.verdict,
    reason: row.reason,
    loser: { associate: row.loser_associate, time: row.loser_time, kind: row.loser_kind },
    winner: { associate: row.winner_associate, time: row.winner_time, kind: row.winner_kind },
    fields: table ? fieldsOf(table, row) : [],
    restored: row.restored_time === 0 ? undefined : row.restored_time,
  }
}

function fieldsOf(table: Table, row: ConflictRow): FieldConflict[] {
  const [base, mine, theirs] = [row.base, row.mine, row.theirs].map(json => fromJson(table, json))
  return table.fields.flatMap((field, index) => {
    const one = { field: field.name, base: at(base, index), mine: at(mine, index), theirs: at(theirs, index) }
    return field.derived || one.mine === one.theirs ? [] : [one]
  })
}

const at = (row: Row | null | undefined, index: number): Value => row?.[index] ?? null

/**
 * Brings the lost edit back, as an ordinary new edit of the person who acts.
 * @throws {HomecomingError} CONFLICT_UNKNOWN, CONFLICT_RESTORED, CONFLICT_OUTSIDE, VALUE_REFUSED
 */
export async function restoreConflict(
  site: Site,
  id: number,
  associate?: number,
): Promise<{ table: string; record: number }> {
  return site.db.change(async write => {
    const row = await write.row(sql<ConflictRow>`select * from hc_conflict where conflict_id = ${id}`)
    const table = row && site.dictionary.tableByNumber(row.tablenumber)
    if (!row || !table) throw new HomecomingError('CONFLICT_UNKNOWN', `there is no conflict ${id}`, { id })
    if (row.restored_time !== 0)
      throw new HomecomingError('CONFLICT_RESTORED', `conflict ${id} was restored before`, { id })
    if (row.loser_kind === 'put' && row.mine === '')
      throw new HomecomingError('CONFLICT_OUTSIDE', `conflict ${id} is about a record that is not here`, {
        id,
      })
    await actAs(site, write, associate ?? row.loser_associate)
    const refused = await write.attempt(() => writeBack(site, write, table, row))
    if (refused)
      throw new HomecomingError('VALUE_REFUSED', `the lost edit cannot be saved: ${refused.message}`, {
        id,
        table: table.name,
      })
    await write.run(
      sql`update hc_conflict set restored_time = ${site.platform.clock.now()} where conflict_id = ${id}`,
    )
    return { table: table.name, record: row.record_id }
  })
}

async function writeBack(site: Site, write: Writing, table: Table, row: ConflictRow): Promise<void> {
  const values = fromJson(table, row.mine)
  if (!values) return write.remove(targetOf(table), [[row.record_id]])
  const mine = await inOurIds(site, write, table, values)
  const [now] = await write.lookup(wholeRow(table), [[row.record_id]])
  await write.upsert(targetOf(table), [now ? overlay(now, mine, editedFields(table, row, values)) : mine])
}

/** What the loser had changed; where that is not known, what was lost. The other fields stay as they are today. */
function editedFields(table: Table, row: ConflictRow, mine: Row): number[] {
  const before = fromJson(table, row.base) ?? fromJson(table, row.theirs)
  return table.fields.flatMap((field, index) =>
    !field.derived && (before === null || !sameInOneForm(field, before[index], mine[index])) ? [index] : [],
  )
}

/** A child's inbox holds the parent's ids. */
async function inOurIds(site: Site, write: Writing, table: Table, values: Row): Promise<Row> {
  if (site.identity.kind !== 'traveller') return values
  const ids = await LocalIds.read(write, site.dictionary, site.identity.tag)
  return ids.localRow(table, values)
}
