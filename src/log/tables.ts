/**
 * Our own bookkeeping about records: settings, known databases, versions.
 * Shape: neutral column lists; the storage makes tables of them. Names start with hc_.
 */
import type { OwnTable } from '../storage/contract.ts'

const int = (name: string, fallback?: number) =>
  fallback === undefined
    ? ({ name, type: 'int' } as const)
    : ({ name, type: 'int', default: fallback } as const)
const maybeInt = (name: string) => ({ name, type: 'int', nullable: true }) as const
const text = (name: string) => ({ name, type: 'text' }) as const

/** Settings and small state of this database, one value a name. */
export const SETTING: OwnTable = { name: 'hc_setting', columns: [text('name'), text('value')], key: ['name'] }

/** Databases that versions name: 0 is this one. */
export const DATABASE: OwnTable = {
  name: 'hc_database',
  columns: [int('database_id'), text('tag')],
  key: ['database_id'],
  indexes: [['tag']],
}

/**
 * The current version of a record: which database made it, at which position there, when and by whom.
 *   position:  where it stands in this database's reading order
 *   link:      the link that brought it; 0 made here, PARENT_LINK from the parent
 *   deleted:   1 when the version is a deletion
 *   born:      1 when the record was created here and has never been sent
 *   agreed_*:  the version last received from or sent to the parent; null: as the prototype had it
 *   sent:      number of the UP that carries it while unanswered, else 0
 */
export const VERSION: OwnTable = {
  name: 'hc_version',
  columns: [
    int('tablenumber'),
    int('record_id'),
    int('maker'),
    int('maker_position'),
    int('time'),
    int('associate_id'),
    int('position'),
    int('link'),
    int('deleted', 0),
    int('born', 0),
    maybeInt('agreed_maker'),
    maybeInt('agreed_position'),
    int('sent', 0),
  ],
  key: ['tablenumber', 'record_id'],
  indexes: [['position']],
}

/** The same, field by field, for tables with field-level replication. */
export const FIELD_VERSION: OwnTable = {
  name: 'hc_field_version',
  columns: [
    int('tablenumber'),
    int('record_id'),
    int('field'),
    int('maker'),
    int('maker_position'),
    int('time'),
    int('associate_id'),
    int('position'),
    int('link'),
    maybeInt('agreed_maker'),
    maybeInt('agreed_position'),
    int('sent', 0),
  ],
  key: ['tablenumber', 'record_id', 'field'],
  indexes: [['position']],
}

export const LOG_TABLES = [SETTING, DATABASE, VERSION, FIELD_VERSION] as const
