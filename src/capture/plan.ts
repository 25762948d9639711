/**
 * Plan: what capture has to write in one database, worked out from the dictionary and the settings.
 * Role:   a loaded dictionary in, a CapturePlan out, which the storage turns into triggers.
 * Never:  says how: no SQL, no product.
 */
import { HomecomingError } from '../core/errors.ts'
import { followedTables } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { Table } from '../dictionary/model.ts'
import { WIDEST_TABLE } from '../log/types.ts'
import type { CapturedTable, CapturePlan, WatchedTable } from '../storage/contract.ts'

export interface CaptureSettings {
  /** A child keeps agreed values and refuses tables that it may not send up. */
  readonly child: boolean
  /** Central 0, satellite k; absent: a traveller, whose tables have their travel prefixes. */
  readonly prefix?: number
  readonly defaultAssociate: number
  /** Names of the tables with field-level replication. */
  readonly fieldLevel: ReadonlySet<string>
  /** At a parent; absent: nothing is watched. */
  readonly watched?: readonly WatchedTable[]
}

/** @throws {HomecomingError} FIELD_LEVEL_TOO_WIDE, TABLE_UNKNOWN for a name in `fieldLevel` */
export function capturePlan(
  loaded: Pick<LoadedDictionary, 'dictionary' | 'captured' | 'goesUp' | 'table'>,
  settings: CaptureSettings,
): CapturePlan {
  for (const name of settings.fieldLevel) refuseTooWide(loaded.table(name))
  return {
    dictionary: loaded.dictionary,
    tables: loaded.captured.map(table => capturedTable(table, settings, loaded.goesUp(table))),
    prefix: settings.prefix,
    child: settings.child,
    defaultAssociate: settings.defaultAssociate,
    watched: settings.watched ?? [],
  }
}

/** The fields that decide about areas. */
export const watchedTables = (loaded: LoadedDictionary): WatchedTable[] =>
  followedTables(loaded)
    .filter(each => each.deciding.length > 0)
    .map(({ table, deciding, pointers }) => ({
      table,
      fields: deciding,
      pointers: pointers.map(({ field }) => field.index),
    }))

function capturedTable(table: Table, settings: CaptureSettings, goesUp: boolean): CapturedTable {
  return { table, fieldLevel: settings.fieldLevel.has(table.name), readOnly: settings.child && !goesUp }
}

function refuseTooWide(table: Table): void {
  if (table.fields.length <= WIDEST_TABLE) return
  throw new HomecomingError(
    'FIELD_LEVEL_TOO_WIDE',
    `table ${table.name} has ${table.fields.length} fields, field-level replication reaches ${WIDEST_TABLE}`,
    { table: table.name, fields: table.fields.length, limit: WIDEST_TABLE },
  )
}
