/**
 * The functions that answer a statement on one captured table: what it changed, as sets, written to the log at once.
 * Shape:  `old_rows` and `new_rows` are what the statement found and left; of an update see capture-update.ts.
 * Note:   an UPDATE that changes no value, or only derived fields, writes nothing (decision 0009).
 */
import type { Table } from '../../dictionary/model.ts'
import { LOG } from '../../log/types.ts'
import type { CapturedTable, CapturePlan } from '../contract.ts'
import { settleNested } from './capture-nested.ts'
import { changed, deleteRows, type PossibleRow, previousOfInsert } from './capture-rows.ts'
import { canBeSingle, SINGLE_VARIABLES, singleOr } from './capture-single.ts'
import { type CaptureEvent, keyOf, MODE, type Names } from './capture-sql.ts'
import { type CaptureParts, changedBefore, pairsOf, updateSql } from './capture-update.ts'
import { noteDeleted } from './capture-watch.ts'
import { quoted, text } from './sql-text.ts'

/** @returns the text of a function in PL/pgSQL: what it does for one statement. Notes are made whatever the mode:
 *           a packet moves records as well. */
export function captureBody(parts: CaptureParts, event: CaptureEvent): string {
  const logged = parts.captured ? logging(parts, parts.captured, event) : []
  const unlessOff =
    logged.length === 0 ? [] : [`if ${MODE} is distinct from 'off' then\n${block(logged)}  end if`]
  const nested = parts.captured && !parts.captured.readOnly ? settleNested(parts, event) : []
  const sets = [...unlessOff, ...always(parts, event)]
  if (event !== 'update' || !canBeSingle(parts)) return functionBody([...sets, ...nested])
  return functionBody([...singleOr(parts, sets), ...nested], SINGLE_VARIABLES)
}

const functionBody = (steps: readonly string[], variables = ''): string =>
  `\n${variables === '' ? '' : `declare ${variables};\n`}begin\n${block([...steps, 'return null'])}end\n`

const block = (steps: readonly string[]): string => steps.map(step => `  ${step};\n`).join('')

function logging(parts: CaptureParts, captured: CapturedTable, event: CaptureEvent): string[] {
  const { names, plan, table, watched } = parts
  if (captured.readOnly) return [refuseReadOnly(parts, event)]
  switch (event) {
    case 'insert':
      return [logInserted(parts)]
    case 'update':
      return [...keepBase(names, plan, table, changedBefore(table)), ...(watched ? [] : updateSql(parts))]
    case 'delete':
      return logDeleted(parts, 'old_rows o')
    case 'truncate':
      return logTruncated(parts)
    default:
      throw event satisfies never
  }
}

function always(parts: CaptureParts, event: CaptureEvent): string[] {
  const { names, captured, watched } = parts
  if (!watched) return []
  if (event === 'update') return updateSql(captured?.readOnly ? { ...parts, captured: undefined } : parts)
  if (event === 'delete') return noteDeleted(names, watched, 'old_rows o')
  return event === 'truncate' ? noteDeleted(names, watched, TRUNCATED).map(ofRelation) : []
}

function logInserted({ names, plan, table }: CaptureParts): string {
  const row = {
    type: LOG.insert,
    record: `n.${keyOf(table)}`,
    previous: previousOfInsert(names, plan, table),
  }
  return names.logInsert([names.logSelect(table, { ...row, flags: 0 }, 'new_rows n')])
}

/** @param source where the rows are, as `o` */
function logDeleted({ names, plan, table }: CaptureParts, source: string): string[] {
  const rows = deleteRows(names, plan, table)
  const records = rows.map(row => ({ ...row, record: row.record ?? `o.${keyOf(table)}` }))
  return [...keepBase(names, plan, table, source), logPossible(names, table, records, source)]
}

/** Fires before the rows go. A partition has this function too, and tells of its own rows only. */
function logTruncated(parts: CaptureParts): string[] {
  const { names, table } = parts
  const emptied = { type: LOG.truncateTable, record: '0', previous: '0', flags: 0 }
  const whole = `(select) x where tg_relid = ${text(names.of(table.name))}::regclass`
  const rows = logDeleted(parts, TRUNCATED).map(ofRelation)
  return [REFUSE_OLD_SNAPSHOT, names.logInsert([names.logSelect(table, emptied, whole)]), ...rows]
}

const TRUNCATED = 'only $relation$ o'
const ofRelation = (statement: string): string =>
  `execute replace(${text(statement)}, '$relation$', tg_relid::regclass::text)`

/** Whoever reads by an older snapshot cannot see every row that it empties, and each must be told. */
const REFUSE_OLD_SNAPSHOT = `if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception 'TRUNCATE of % is captured in READ COMMITTED only', tg_relid::regclass using errcode = '0A000';
  end if`

/** A table that this child may not send up: nothing to log, everything to refuse. */
function refuseReadOnly({ names, plan, table }: CaptureParts, event: CaptureEvent): string {
  const where = plan.prefix === undefined ? 'the parent' : 'central'
  const refusal = names.refuse(
    'TABLE_READ_ONLY',
    `${table.name} is kept at ${where} and cannot be changed here`,
  )
  const touched: Readonly<Record<CaptureEvent, string>> = {
    insert: 'exists (select from new_rows)',
    update: `exists (select from ${pairsOf(table)} where ${changed(table)})`,
    delete: 'exists (select from old_rows)',
    truncate: 'true',
  }
  return `if ${MODE} is distinct from 'applying' and ${touched[event]} then perform ${refusal}; end if`
}

interface RecordRow extends PossibleRow {
  readonly record: string
}

/** For each of what `from` gives, those rows whose `previous` is not null, in this order. */
function logPossible(names: Names, table: Table, rows: readonly RecordRow[], from: string): string {
  const [first, ...others] = rows
  if (others.length === 0) {
    const { type, record, previous } = first!
    return names.logInsert([names.logSelect(table, { type, record, previous, flags: 0 }, from)])
  }
  const values = rows.map(row => `(${row.type}, ${row.record}, ${row.previous}, ${row.flags ?? 0})`)
  const each = `cross join lateral (values\n    ${values.join(',\n    ')}) as x (type, record, previous, flags)`
  const chosen = { type: 'x.type', record: 'x.record', previous: 'x.previous', flags: 'x.flags' }
  return names.logInsert([
    names.logSelect(table, chosen, `${from}\n  ${each}\n  where x.previous is not null`),
  ])
}

/** In a child: keeps the agreed values of a record from its first change on. */
function keepBase(names: Names, plan: CapturePlan, table: Table, from: string): string[] {
  if (!plan.child) return []
  const fields = table.fields.map(field => quoted(field.name))
  const values = fields.map(name => `o.${name}`).join(', ')
  return [
    `insert into ${names.base(table)} (${fields.join(', ')})\n  select ${values} from ${from}\n  on conflict (${keyOf(table)}) do nothing`,
  ]
}
