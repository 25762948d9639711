/**
 * Of an UPDATE of one record, which is what applications do all day: the same answer as capture-update.ts gives, without
 * starting a statement that is made for sets. That costs more than everything else of a save.
 * Shape:  both rows go into variables, and are compared as they lie there. What needs more than an Update in the log (another
 *         key, owner, contact, project, a pointer that is watched) goes the way of sets.
 */
import { AREA_ASSIGNMENT_TABLE, AREA_INCLUSION_TABLE } from '../../dictionary/travel-tables.ts'
import { LOG } from '../../log/types.ts'
import { comparedFields } from './capture-rows.ts'
import { keyOf, MODE } from './capture-sql.ts'
import type { CaptureParts } from './capture-update.ts'
import { quoted } from './sql-text.ts'

/** With names that no table of an application has. */
const [COUNT, PLAIN, BEFORE, AFTER] = ['hc_count', 'hc_plain', 'hc_before', 'hc_after']

export const SINGLE_VARIABLES = `${COUNT} bigint; ${PLAIN} boolean := false; ${BEFORE} record; ${AFTER} record`

const AREA_TABLES: ReadonlySet<string> = new Set([AREA_INCLUSION_TABLE, AREA_ASSIGNMENT_TABLE])

/** Where every save needs more than one row, or a base, there is nothing to gain. */
export const canBeSingle = ({ plan, captured, table }: CaptureParts): boolean =>
  captured !== undefined &&
  !captured.readOnly &&
  !captured.fieldLevel &&
  !plan.child &&
  !AREA_TABLES.has(table.name)

/** @param sets the steps for everything else */
export function singleOr(parts: CaptureParts, sets: readonly string[]): string[] {
  const { table } = parts
  const names = [keyOf(table), ...comparedFields(table).map(({ field }) => quoted(field.name))].join(', ')
  return [
    `select count(*) into ${COUNT} from (select from new_rows limit 2) x`,
    `if ${COUNT} = 1 then
    select ${names} into ${BEFORE} from old_rows;
    select ${names} into ${AFTER} from new_rows;
    ${PLAIN} := ${BEFORE}.${keyOf(table)} = ${AFTER}.${keyOf(table)}${stays(parts)};
  end if`,
    `if ${PLAIN} then
    if pg_catalog.record_image_ne(${BEFORE}, ${AFTER}) and ${MODE} is distinct from 'off' then
      ${parts.names.logOne(table, LOG.update, `${AFTER}.${keyOf(table)}`)};
    end if;
  else
${sets.map(step => `  ${step};\n`).join('')}  end if`,
  ]
}

/** Nothing that is told apart has changed. */
function stays({ table, watched }: CaptureParts): string {
  const told = new Set([
    ...comparedFields(table).flatMap(({ field }) => (field.role ? [field.name] : [])),
    ...(watched?.fields ?? []).map(index => table.fields[index]!.name),
  ])
  return [...told]
    .map(name => ` and ${BEFORE}.${quoted(name)} is not distinct from ${AFTER}.${quoted(name)}`)
    .join('')
}
