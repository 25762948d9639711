/**
 * Rules: the dictionary's membership rules as expressions of bits, one a table, and who follows whom.
 * Role:   "any of these" becomes `|`, "both ends" becomes `&`; each bit is an area, so all areas are worked out at once.
 * Never:  runs a query, or knows which areas there are.
 */
import { sql } from 'kysely'
import { isByArea, pointer } from '../dictionary/followers.ts'
import type { IdField } from '../dictionary/id-field.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { MembershipRule, Table } from '../dictionary/model.ts'
import type { Query } from '../storage/contract.ts'

/** One word of areas: which, and the bits of all areas in it. */
export interface Word {
  readonly word: number
  readonly all: number
}

export const keyName = (table: Table): string => table.fields[0]!.name

/** The areas of the row `t` of a table, as an expression. @param table one that is by area */
export function areasOf(dictionary: LoadedDictionary, table: Table, word: Word): Query<number> {
  const parts = table.membership!.map(rule => sql`(${areasByRule(dictionary, table, word, rule)})`)
  return sql<number>`(${sql.join(parts, sql` | `)})`
}

/** What one rule says of the row `t`. */
export function areasByRule(
  dictionary: LoadedDictionary,
  table: Table,
  word: Word,
  rule: MembershipRule,
): Query {
  switch (rule.kind) {
    case 'owner':
      return ofOwner(word, rule)
    case 'user':
      return sql`case when ${namesNobody(dictionary, table, rule.field)} then ${word.all}
        else ${ofUser(word, rule.field, 'present')} end`
    case 'parent':
      return ofTarget(word, pointer(dictionary, table, rule.field), table)
    case 'ends':
      return sql.join(
        rule.fields.map(field => sql`(${ofTarget(word, pointer(dictionary, table, field), table)})`),
        sql` & `,
      )
    case 'reverse':
      return ofPointers(dictionary, table, word, rule)
    case 'listed':
      return sql`case when exists (select 1 from ${sql.table(rule.table)} x
        where ${pointsHere(dictionary, rule, table)}) then ${word.all} else 0 end`
    case 'everywhere':
      return sql`${word.all}`
    default:
      throw rule satisfies never
  }
}

const t = (field: string): Query => sql.ref(`t.${field}`)
const x = (field: string): Query => sql.ref(`x.${field}`)

/** A condition on `t`: the field of a `user` rule is empty, or means something else than a user. */
export function namesNobody(dictionary: LoadedDictionary, table: Table, name: string): Query {
  const field = pointer(dictionary, table, name)
  const users = dictionary.table(dictionary.dictionary.parts.associate.table)
  const empty = sql`coalesce(${t(name)}, 0) = 0`
  return field.selector === undefined
    ? empty
    : sql`(${empty} or (${selects('t', table, field, users)}) is not true)`
}

function ofOwner(word: Word, rule: Extract<MembershipRule, { kind: 'owner' }>): Query {
  const included = ofUser(word, rule.field, 'included')
  if (rule.onlyIfEmpty === undefined) return included
  return sql`case when coalesce(${t(rule.onlyIfEmpty)}, 0) = 0 then ${included} else 0 end`
}

const ofUser = (word: Word, field: string, column: 'included' | 'present'): Query =>
  sql`coalesce((select u.${sql.ref(column)} from hc_area_user u
    where u.word = ${word.word} and u.associate_id = ${t(field)}), 0)`

/** The areas of the record that a field of `t` points at. */
function ofTarget(word: Word, field: IdField, table: Table): Query {
  const one = (target: Table) => areasOfRecord(word, target, t(field.name))
  if (field.selector === undefined) return one(field.targets[0]!)
  const selector = t(table.fields[field.selector]!.name)
  const cases = field.targets.map(
    target => sql`when ${selector} in (${values(selectorsOf(field, target))}) then ${one(target)}`,
  )
  return sql`case ${sql.join(cases, sql` `)} else 0 end`
}

/** The areas of a record of a table, by an expression for its id. */
function areasOfRecord(word: Word, table: Table, id: Query): Query {
  if (isByArea(table))
    return sql`coalesce((select m.mask from hc_member m where m.word = ${word.word}
      and m.tablenumber = ${table.number} and m.record_id = ${id}), 0)`
  return sql`case when exists (select 1 from ${sql.table(table.name)} e
    where ${sql.ref(`e.${keyName(table)}`)} = ${id}) then ${word.all} else 0 end`
}

/** Those of all records that point at `t`. Mostly there is one; where they differ, it is worked out area by area. */
function ofPointers(
  dictionary: LoadedDictionary,
  table: Table,
  word: Word,
  rule: Extract<MembershipRule, { kind: 'reverse' }>,
): Query {
  const from = dictionary.table(rule.table)
  const masks = sql`select ${areasOfRecord(word, from, x(keyName(from)))} as mask
    from ${sql.table(from.name)} x where ${pointsHere(dictionary, rule, table)}`
  return sql`coalesce((select case when min(p.mask) = max(p.mask) then min(p.mask) else
    (select cast(sum(s.bit) as bigint) from hc_area_slot s where s.word = ${word.word}
      and exists (select 1 from (${masks}) q where (q.mask & s.bit) <> 0)) end from (${masks}) p), 0)`
}

/** A condition on `x`, a row of the rule's table: it points at `t`. */
function pointsHere(
  dictionary: LoadedDictionary,
  rule: { readonly table: string; readonly field: string },
  table: Table,
): Query {
  const from = dictionary.table(rule.table)
  const field = pointer(dictionary, from, rule.field)
  return sql`${x(field.name)} = ${t(keyName(table))} and ${selects('x', from, field, table)}`
}

/** A condition on a row: its selector says that the field points at this table. */
export function selects(alias: string, from: Table, field: IdField, target: Table): Query {
  if (field.selector === undefined) return sql`1 = 1`
  return sql`${sql.ref(`${alias}.${from.fields[field.selector]!.name}`)} in (${values(selectorsOf(field, target))})`
}

function selectorsOf({ reference }: IdField, target: Table): number[] {
  if (reference.kind === 'pair') return [target.number]
  if (reference.kind === 'plain') return []
  return Object.entries(reference.tables)
    .filter(([, name]) => name === target.name)
    .map(([type]) => Number(type))
}

/** Literals: the statement is prepared once for all. */
const values = (numbers: readonly number[]): Query => sql.join(numbers.map(number => sql.lit(number)))
