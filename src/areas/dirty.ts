/**
 * Dirty: the records whose areas have to be worked out again (hc_dirty).
 * Role:  from changed records, from pointers that changed, and from areas that are defined otherwise now.
 * Never: works them out: see settle.ts.
 */
import { sql } from 'kysely'
import { type Followed, followedTables, isByArea, pointer } from '../dictionary/followers.ts'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { MembershipRule, Table } from '../dictionary/model.ts'
import type { Query, Target, Writing } from '../storage/contract.ts'
import type { Changes } from './changes.ts'
import type { Redefined } from './definitions.ts'
import { keyName, namesNobody, selects } from './rules.ts'

const DIRTY: Target = { table: 'hc_dirty', key: ['tablenumber', 'record_id'], columns: ['born'] }
/** Leaves what is there as it is. */
const DIRTY_KEY: Target = { ...DIRTY, columns: [] }

/** The records of one batch of the log. Once new, new for all of what is looked at now. */
export async function dirtyRecords(write: Writing, records: Changes['records']): Promise<void> {
  for (const [table, some] of records) {
    const keys = (wanted: boolean) =>
      [...some].flatMap(([record, born]) => (born === wanted ? [[table, record]] : []))
    await write.upsert(DIRTY_KEY, keys(false))
    await write.upsert(
      DIRTY,
      keys(true).map(key => [...key, 1]),
    )
  }
}

/** The records whose pointers changed, and all that is and was pointed at. */
export async function dirtyPointers(dictionary: LoadedDictionary, write: Writing): Promise<void> {
  await write.run(sql`insert into hc_dirty (tablenumber, record_id, born)
    select tablenumber, record_id, 0 from hc_repointed where true on conflict do nothing`)
  for (const followed of followedTables(dictionary)) await dirtyPointedAt(write, followed)
}

/** What a changed record points at, and what it pointed at before. */
async function dirtyPointedAt(write: Writing, { table, pointers }: Followed): Promise<void> {
  for (const { field, target } of pointers) {
    await addDirty(
      write,
      target,
      sql`select n.old_id from hc_repointed n
      where n.tablenumber = ${table.number} and n.field = ${field.index} and n.old_id <> 0`,
    )
    await addDirty(
      write,
      target,
      sql`select ${sql.ref(`x.${field.name}`)} from ${sql.table(table.name)} x
      where ${sql.ref(`x.${keyName(table)}`)} in (select d.record_id from hc_dirty d where d.tablenumber = ${table.number})
      and ${sql.ref(`x.${field.name}`)} <> 0`,
    )
  }
}

/** @param records one column of ids; null and 0 are passed over by whoever asks */
export async function addDirty(write: Writing, table: Table, records: Query): Promise<void> {
  await write.run(sql`insert into hc_dirty (tablenumber, record_id, born)
    select ${table.number}, r.id, 0 from (select 0 as id where 1 = 0 union all ${records}) r
    where r.id is not null on conflict do nothing`)
}

/** The records that follow those in `leaders`, a query of one column of ids of `table`. */
export async function dirtyFollowers(write: Writing, { table, followers }: Followed, leaders: Query) {
  for (const follower of followers) {
    await addDirty(
      write,
      follower.table,
      sql`select ${sql.ref(`c.${keyName(follower.table)}`)}
      from ${sql.table(follower.table.name)} c where ${sql.ref(`c.${follower.field.name}`)} in (${leaders})
      and ${selects('c', follower.table, follower.field, table)}`,
    )
  }
}

/** Where every record of everything begins: with its owner, its user, a list, or what is everywhere. */
export async function dirtyFromDefinitions(
  dictionary: LoadedDictionary,
  write: Writing,
  redefined: Redefined,
): Promise<void> {
  for (const table of dictionary.tables.filter(isByArea)) {
    for (const rule of table.membership!) {
      const found = concerned(dictionary, table, rule, redefined)
      for (const condition of found)
        await addDirty(
          write,
          table,
          sql`select ${sql.ref(`t.${keyName(table)}`)} from ${sql.table(table.name)} t where ${condition}`,
        )
    }
  }
}

/** Conditions on `t`: each finds records that the new definitions may concern, without those that follow others. */
function concerned(
  dictionary: LoadedDictionary,
  table: Table,
  rule: MembershipRule,
  { associates, begun }: Redefined,
): Query[] {
  const fresh = begun.length > 0
  const theirs = (field: string) =>
    associates.length === 0 ? [] : [sql`${t(field)} in (${sql.join(associates)})`]
  switch (rule.kind) {
    case 'owner':
      return theirs(rule.field)
    case 'user':
      return [...theirs(rule.field), ...(fresh ? [namesNobody(dictionary, table, rule.field)] : [])]
    case 'listed':
      return fresh
        ? [sql`${t(keyName(table))} in (select x.${sql.ref(rule.field)} from ${sql.table(rule.table)} x)`]
        : []
    case 'reverse':
      return fresh && !isByArea(dictionary.table(rule.table))
        ? [sql`${t(keyName(table))} in (select x.${sql.ref(rule.field)} from ${sql.table(rule.table)} x)`]
        : []
    case 'parent':
      return fresh ? pointingEverywhere(dictionary, table, rule.field) : []
    case 'ends':
      return fresh ? rule.fields.flatMap(field => pointingEverywhere(dictionary, table, field)) : []
    case 'everywhere':
      return []
    default:
      throw rule satisfies never
  }
}

function pointingEverywhere(dictionary: LoadedDictionary, table: Table, name: string): Query[] {
  const field = pointer(dictionary, table, name)
  return field.targets
    .filter(target => !isByArea(target))
    .map(target => sql`${t(name)} <> 0 and ${selects('t', table, field, target)}`)
}

const t = (field: string): Query => sql.ref(`t.${field}`)
