/**
 * Rewrites: which values a table will give back in another form than they came in.
 * Role:  by the type of the column, which has one form for what may be written in several; by a trigger of the application
 *        that changes a row before it is stored.
 * Also:  what its types refuse beyond what the dictionary says.
 * Never: reads a row. Where the form tells that a value stays as it is, nobody needs to look.
 */
import type { Table } from '../../dictionary/model.ts'
import type { Rewriting, ServerTypes } from '../contract.ts'
import type { Connection } from './connection.ts'

/** Derived fields are nobody's to tell. */
export async function rewrites(connection: Connection, table: Table): Promise<readonly Rewriting[]> {
  const all = (await connection.known(BEFORE_TRIGGERS, table.name)).length > 0
  const rows = await connection.known(TYPES, table.name)
  const types = new Map(
    rows.map(([column, type, limit]) => [column, { type: String(type), limit: Number(limit) }]),
  )
  return table.fields.flatMap(({ name, derived }, field) => {
    if (field === 0 || derived) return []
    const { type, limit } = types.get(name) ?? { type: '', limit: 0 }
    const form = FORMS[type]?.(limit)
    if (all) return [{ field, keeps: () => false }]
    return form
      ? [{ field, keeps: value => value === null || (typeof value === 'string' && form(value)) }]
      : []
  })
}

type Form = (value: string) => boolean

const ISO = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{0,5}[1-9])?Z$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const DATE = /^\d{4}-\d\d-\d\d$/
const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/

/** By type: a test for the form that it keeps. Types that are not here keep whatever they take. The limit is that of the
 *  column (`atttypmod`), -1 where it has none. */
const FORMS: Readonly<Record<string, (limit: number) => Form>> = {
  numeric: limit => value => isKeptNumber(value, limit < 0 ? undefined : (limit - 4) & 0x7ff),
  bpchar: limit => value => [...value].length === limit - 4,
  varchar: limit => value => limit < 0 || value.length <= limit - 4,
  uuid: () => value => UUID.test(value),
  timestamptz: limit => value => ISO.test(value) && (limit < 0 || !value.includes('.')),
  timestamp: limit => value => ISO.test(value) && (limit < 0 || !value.includes('.')),
  date: () => value => DATE.test(value),
  jsonb: () => () => false,
}

/** @param scale digits after the point that are always there; undefined: as many as were written */
function isKeptNumber(value: string, scale: number | undefined): boolean {
  const [, sign, whole, part = ''] = NUMBER.exec(value) ?? []
  if (whole === undefined || (scale !== undefined && part.length !== scale)) return false
  return sign === '' || /[1-9]/.test(whole + part)
}

/** Of decimals of a fixed precision: how many digits fit before the point. */
export async function serverTypes(connection: Connection, table: string): Promise<ServerTypes> {
  const rows = await connection.known(TYPES, table)
  const fixed = rows.filter(([, type, limit]) => type === 'numeric' && Number(limit) >= 0)
  return { digits: new Map(fixed.map(([column, , limit]) => [String(column), wholeDigits(Number(limit))])) }
}

/** @source numeric.c: precision in the upper half, scale in eleven bits with a sign */
function wholeDigits(limit: number): number {
  const scale = (((limit - 4) & 0x7ff) ^ 1024) - 1024
  return ((limit - 4) >> 16) - scale
}

const TABLE_ID = `(select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2)`

/** Domains count as what they are made of. */
const TYPES = `select a.attname, coalesce(base.typname, t.typname),
    case when t.typtype = 'd' then t.typtypmod else a.atttypmod end
  from pg_attribute a join pg_type t on t.oid = a.atttypid
    left join pg_type base on base.oid = t.typbasetype and t.typtype = 'd'
  where a.attrelid = ${TABLE_ID} and a.attnum > 0 and not a.attisdropped`

/** Bit 1: for each row, bit 2: before. Partitions may have triggers of their own. */
const BEFORE_TRIGGERS = `select 1 from pg_trigger t where t.tgtype & 3 = 3 and t.tgtype & 20 > 0
    and t.tgenabled <> 'D' and t.tgname not like 'hc\\_%'
    and t.tgrelid in (select ${TABLE_ID} union all select relid from pg_partition_tree(${TABLE_ID})) limit 1`
