/**
 * Value checks: what the columns of a table take, as CHECK says it.
 * Shape:  everywhere ranges, lengths and no U+0000. Below a server also what its types would refuse, under a name that says
 *         what is expected: SQLite tells an application that name. Who has them is known by those names.
 * Never:  refuses a form that the server takes, but for words and bare digits (docs/decisions/0022): it is told in the
 *         server's own form later. Where a pattern cannot tell, the value passes, and is held at the server.
 */
import type { Field, FieldType } from '../../dictionary/model.ts'
import type { ServerTypes } from '../contract.ts'
import { quoted } from './capture-sql.ts'

interface Check {
  readonly condition: string
  /** What is expected, after "takes". */
  readonly takes: string
}

/** @param types of the server above; absent: there is none */
export function checkSql(table: string, field: Field, types: ServerTypes | undefined): string | undefined {
  const column = quoted(field.name)
  const { condition, takes } = (types && typedCheck(column, field, types)) ?? plainCheck(column, field) ?? {}
  if (condition === undefined) return undefined
  return `${types ? `CONSTRAINT ${quoted(`${table}.${field.name} takes ${takes}`)} ` : ''}CHECK (${condition})`
}

export const TABLE_SQL = `SELECT sql FROM sqlite_schema WHERE type = 'table'`

/** @param definitions of tables, as `sqlite_schema` has them @returns undefined where no server is above */
export function serverTypesOf(definitions: readonly string[], table?: string): ServerTypes | undefined {
  if (!definitions.some(sql => NAMED.test(sql))) return undefined
  const digits = new Map<string, number>()
  for (const sql of definitions) {
    for (const [, where, field, count] of sql.matchAll(DIGITS)) {
      if (where === table) digits.set(field!, Number(count))
    }
  }
  return { digits }
}

const NAMED = /CONSTRAINT "[^"]+ takes /
const DIGITS = /CONSTRAINT "([^".]+)\.([^"]+) takes a number of at most (\d+) digits before/g

const RANGES: Partial<Record<FieldType, Check>> = {
  id: { condition: 'BETWEEN -2147483648 AND 2147483647', takes: 'a whole number of 32 bits' },
  int32: { condition: 'BETWEEN -2147483648 AND 2147483647', takes: 'a whole number of 32 bits' },
  int16: { condition: 'BETWEEN -32768 AND 32767', takes: 'a whole number of 16 bits' },
  boolean: { condition: 'IN (0, 1)', takes: '0 or 1' },
}

function plainCheck(column: string, { type, length }: Field): Check | undefined {
  if (type === 'text' || type === 'json') return textCheck(column, length)
  const range = RANGES[type]
  return range && { ...range, condition: `${column} ${range.condition}` }
}

/** `length` counts up to the first U+0000 only. */
function textCheck(column: string, length: number | undefined): Check {
  const whole = `instr(${column}, char(0)) = 0`
  const takes = 'a text without U+0000'
  return length === undefined
    ? { condition: whole, takes }
    : {
        condition: `length(${column}) <= ${length} AND ${whole}`,
        takes: `${takes}, of at most ${length} characters`,
      }
}

function typedCheck(column: string, field: Field, { digits }: ServerTypes): Check | undefined {
  switch (field.type) {
    case 'id':
    case 'int16':
    case 'int32': {
      const range = RANGES[field.type]!
      return { ...range, condition: `${column} ${range.condition} AND ${isWhole(column)}` }
    }
    case 'int64':
      return { condition: isWhole(column), takes: 'a whole number' }
    case 'double':
      // Any text is more than any number.
      return { condition: `${column} <= 9e999`, takes: 'a number' }
    case 'decimal':
      return decimalCheck(column, digits.get(field.name))
    case 'date':
      return { condition: momentCheck(column, USUAL_DAY), takes: 'a date, such as 2026-01-31' }
    case 'datetime':
      return {
        condition: momentCheck(column, USUAL_TIME),
        takes: 'a date and time, such as 2026-01-31T08:30:00Z',
      }
    case 'json':
      return { condition: `json_valid(${column}) AND instr(${column}, char(0)) = 0`, takes: 'JSON' }
    case 'uuid':
      return { condition: uuidCheck(column), takes: 'a UUID, such as 7d444840-9dc0-11d1-b245-5ffdce74fad2' }
    default:
      return undefined
  }
}

const isWhole = (column: string): string => `${column} = CAST(${column} AS INTEGER)`

/** Hyphens and braces may be there or not. */
function uuidCheck(column: string): string {
  const usual = [8, 4, 4, 4, 12].map(length => '[0-9a-f]'.repeat(length)).join('-')
  const digits = `length(replace(replace(replace(${column}, '-', ''), '{', ''), '}', '')) = 32`
  return whereUsual(column, `GLOB '${usual}'`, `${digits} AND ${column} NOT GLOB '*[^0-9a-fA-F{}-]*'`)
}

/** Sign, digits with one point at most, and an exponent: each pattern is of what a number never has. */
const NO_NUMBER = [
  '*[^0-9.eE+-]*',
  '*.*.*',
  '*[eE]*[.eE]*',
  '[eE]*',
  '[+-][eE]*',
  '*[eE]',
  '*[+-]',
  '*[0-9.][+-]*',
  '*[+-][+-]*',
]

function decimalCheck(column: string, digits: number | undefined): Check {
  const number = `trim(${column})`
  const wellFormed = [`GLOB '*[0-9]*'`, ...NO_NUMBER.map(pattern => `NOT GLOB '${pattern}'`)]
  const isNumber = whereUsual(
    column,
    `GLOB '[0-9]*' AND ${column} NOT GLOB '*[^0-9.]*' AND ${column} NOT GLOB '*.*.*'`,
    wellFormed.map(test => `${number} ${test}`).join(' AND '),
  )
  if (digits === undefined) {
    const other = `lower(${number}) IN ('nan', 'infinity', '-infinity')`
    return { condition: `${isNumber} OR ${other}`, takes: 'a number, such as 12.50' }
  }
  // Digits are counted by a number that may be a little off: what is right at the edge passes.
  const fits = `abs(CAST(${number} AS REAL)) <= 1e${digits}`
  return {
    condition: `${isNumber} AND ${fits} OR lower(${number}) = 'nan'`,
    takes: `a number of at most ${digits} digits before the point`,
  }
}

/** Nearly all values are of one form, and a glance tells; every row that is written is looked at. */
const whereUsual = (column: string, usual: string, other: string): string =>
  `CASE WHEN ${column} IS NULL OR ${column} ${usual} THEN 1 ELSE ${other} END`

const DAY = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
const USUAL_DAY = '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'
/** Before eight in the evening. */
const USUAL_TIME = `${USUAL_DAY}T[01][0-9]:[0-5][0-9]:[0-5][0-9]Z`
const EIGHT = '[0-9]'.repeat(8)

/**
 * A day of the calendar, alone or with a time and a zone after it. Other forms of a year, and days without hyphens, are
 * looked at less closely. Years of four digits before the first (`BC`) have leap years of their own.
 */
function momentCheck(column: string, usual: string): string {
  const day = `substr(${column}, 1, 10)`
  const isDay = `(date(${day}) IS ${day} AND ${day} >= '0001' OR ${column} GLOB '* BC')`
  const alone = `(length(${column}) = 10 OR ${column} GLOB '??????????[Tt +-]*')`
  const time = `(${column} NOT GLOB '??????????[Tt ][0-9][0-9]:[0-9][0-9]*' OR substr(${column}, 12, 2) <= '24'
    AND substr(${column}, 15, 2) <= '59' AND (substr(${column}, 17, 1) <> ':' OR substr(${column}, 18, 2) <= '60'))`
  const others = [
    `IN ('infinity', '-infinity')`,
    `GLOB '[0-9]*-[0-9]*'`,
    `GLOB '${EIGHT}'`,
    `GLOB '${EIGHT}[Tt ]*'`,
  ]
  const other = others.map(test => `${column} ${test}`).join(' OR ')
  const any = `CASE WHEN ${column} GLOB '${DAY}' OR ${column} GLOB '${DAY}[^0-9]*' THEN ${isDay} AND ${alone} AND ${time} ELSE ${other} END`
  // All months have them.
  const everyMonth = `substr(${column}, 6, 2) BETWEEN '01' AND '12' AND substr(${column}, 9, 2) BETWEEN '01' AND '28'`
  return whereUsual(column, `GLOB '${usual}' AND ${everyMonth} AND ${column} >= '0001'`, any)
}
