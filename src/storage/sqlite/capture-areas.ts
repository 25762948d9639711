/**
 * Who leaves an area: 5888 and 6144, beside the ordinary row of the link between area and associate (SPEC section 2).
 * Why:    the link is gone then, and readers of the classic log look for who it was.
 * Never:  in children, where areas are read only.
 */

import type { Table } from '../../dictionary/model.ts'
import { AREA_ASSIGNMENT_TABLE, AREA_INCLUSION_TABLE } from '../../dictionary/travel-tables.ts'
import { LOG } from '../../log/types.ts'
import { type LogRowSql, logRow } from './capture-sql.ts'

const LEFT: Readonly<Record<string, number>> = {
  [AREA_INCLUSION_TABLE]: LOG.deleteAreaUserInclusion,
  [AREA_ASSIGNMENT_TABLE]: LOG.deleteAreaUserAssignment,
}

/** Nothing for any other table. @param place where the new values are, and when the row is written */
export function leftAreaRow(table: Table, place: Pick<LogRowSql, 'from' | 'where'> = {}): string[] {
  const type = LEFT[table.name]
  if (type === undefined) return []
  return [logRow({ table, type, record: 'OLD.area_id', previous: 'OLD.associate_id', ...place })]
}

/** The link is another one now, whatever else of the row changed. */
export const otherLink = (after: string): string =>
  `(OLD.area_id IS NOT ${after}.area_id OR OLD.associate_id IS NOT ${after}.associate_id)`
