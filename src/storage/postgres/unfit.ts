/**
 * Unfit: columns of an application that cannot hold what the dictionary says of them, in words.
 * Shape:  each kind of field names the types that keep its values whole. Domains count as what they are made of, and an
 *         enumeration as text.
 */
import type { FieldType, Table } from '../../dictionary/model.ts'
import type { Connection } from './connection.ts'

const FITTING: Readonly<Record<FieldType, readonly string[]>> = {
  id: ['int4', 'int8'],
  int16: ['int2', 'int4', 'int8'],
  int32: ['int4', 'int8'],
  int64: ['int8'],
  double: ['float8'],
  decimal: ['numeric'],
  boolean: ['bool'],
  text: ['text', 'varchar', 'bpchar', 'enum'],
  bytes: ['bytea'],
  date: ['date'],
  datetime: ['timestamptz', 'timestamp'],
  json: ['json', 'jsonb'],
  uuid: ['uuid'],
}

/** @returns one sentence for each field that is not there, or of a type that does not fit; empty is normal */
export async function unfit(connection: Connection, table: Table): Promise<string[]> {
  const rows = await connection.known(BASE_TYPES, table.name)
  const types = new Map(
    rows.map(([column, base, shown, computed]) => [String(column), { base: String(base), shown, computed }]),
  )
  return table.fields.flatMap(field => {
    const type = types.get(field.name)
    const where = `table ${table.name}, field ${field.name}:`
    if (!type) return [`${where} there is no such column`]
    if (type.computed) return [`${where} the server computes it: leave it out of the dictionary`]
    if (FITTING[field.type].includes(type.base)) return []
    return [`${where} a column of type ${type.shown} does not hold every ${field.type}`]
  })
}

const BASE_TYPES = `select a.attname,
    case coalesce(base.typtype, t.typtype) when 'e' then 'enum' else coalesce(base.typname, t.typname)::text end,
    format_type(a.atttypid, a.atttypmod), a.attgenerated <> ''
  from pg_attribute a join pg_type t on t.oid = a.atttypid
    left join pg_type base on base.oid = t.typbasetype and t.typtype = 'd'
  where a.attrelid = (select c.oid from pg_class c join pg_namespace s on s.oid = c.relnamespace
    where s.nspname = $1 and c.relname = $2) and a.attnum > 0 and not a.attisdropped`
