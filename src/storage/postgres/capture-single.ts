/**
 * Of an UPDATE of one record, which is what applications do all day: the same answer as capture-update.ts gives, without
 * starting a statement that is made for sets. That costs more than everything else of a save.
 * Shape:  one statement writes the Update. Where it writes none, there was more than one record, or nothing changed, or what
 *         has changed needs more (another key, owner, contact, project, a pointer that is watched): the way of sets.
 */
import type { Table } from '../../dictionary/model.ts'
import { AREA_ASSIGNMENT_TABLE, AREA_INCLUSION_TABLE } from '../../dictionary/travel-tables.ts'
import { LOG } from '../../log/types.ts'
import { comparedFields } from './capture-rows.ts'
import { keyOf, MODE } from './capture-sql.ts'
import type { CaptureParts } from './capture-update.ts'
import { quoted } from './sql-text.ts'

/** With a name that no table of an application has. */
const COUNT = 'hc_count'

export const SINGLE_VARIABLES = `${COUNT} bigint`

const AREA_TABLES: ReadonlySet<string> = new Set([AREA_INCLUSION_TABLE, AREA_ASSIGNMENT_TABLE])

/** Where every save needs more than one row, or a base, there is nothing to gain. */
export const canBeSingle = ({ plan, captured, table }: CaptureParts): boolean =>
  captured !== undefined &&
  !captured.readOnly &&
  !captured.fieldLevel &&
  !plan.child &&
  !AREA_TABLES.has(table.name)

/** @param sets the steps for everything else, and for what wrote nothing here */
export function singleOr(parts: CaptureParts, sets: readonly string[]): string[] {
  const { names, table } = parts
  const row = { type: LOG.update, record: `n.${keyOf(table)}`, previous: '0', flags: 0 }
  const pair = `${compared(table, 'old_rows')} o cross join ${compared(table, 'new_rows')} n`
  const when = [...ALONE, ...stays(parts), 'pg_catalog.record_image_ne(o, n)'].join('\n    and ')
  return [
    names.logInsert([names.logSelect(table, row, `${pair}\n  where ${when}`)]),
    `get diagnostics ${COUNT} = row_count`,
    `if ${COUNT} = 0 then\n${sets.map(step => `  ${step};\n`).join('')}  end if`,
  ]
}

/** Asked before any pair is looked at: of a statement on a million records nothing more is done here. */
const ALONE = [`${MODE} is distinct from 'off'`, 'not exists (select from new_rows offset 1)']

/** Nothing that is told apart has changed. */
function stays({ table, watched }: CaptureParts): string[] {
  const told = new Set([
    ...comparedFields(table).flatMap(({ field }) => (field.role ? [field.name] : [])),
    ...(watched?.fields ?? []).map(index => table.fields[index]!.name),
  ])
  const same = [...told].map(name => `n.${quoted(name)} is not distinct from o.${quoted(name)}`)
  return [`n.${keyOf(table)} = o.${keyOf(table)}`, ...same]
}

/** Fenced off, so that its rows are compared as they lie: to list the columns beside each other, or to compare them one by
 *  one, takes as long as the whole rest. */
function compared(table: Table, rows: string): string {
  const fields = comparedFields(table).map(({ field }) => quoted(field.name))
  return `(select ${[keyOf(table), ...fields].join(', ')} from ${rows} offset 0)`
}
