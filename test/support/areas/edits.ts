/** Edits at the office by plain SQL, as any program would make them: of single records, of many at once, of the areas. */
import fc from 'fast-check'
import { sql } from 'kysely'
import type { Value } from '../../../src/core/values.ts'
import type { Table } from '../../../src/dictionary/model.ts'
import type { World } from '../history/world.ts'
import type { Office } from '../office.ts'

/**
 *   move     one pointer of one record, with the field that tells its table
 *   sweep    one pointer of every record of a table that the seed does not spare, in one statement
 *   replace  a record by `insert or replace`, which fires no trigger of an update; on a server by an upsert
 *   rekey    a record gets another id, and leaves behind what points at it
 *   again    a record under the id of one that was deleted
 *   include, assign   is taken back where it was done already
 *   turn     area 2 is of everything, or of some people again
 *   look     membership is brought up to date
 */
export interface AreaEdit {
  readonly kind: 'insert' | 'update' | 'move' | 'sweep' | 'replace' | 'rekey' | 'delete' | 'again' | Other
  readonly table: number
  readonly seed: number
}

type Other = 'include' | 'assign' | 'turn' | 'look'

export const edits = (most: number): fc.Arbitrary<AreaEdit[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(
        ...(['insert', 'insert', 'insert', 'update', 'move', 'move', 'move', 'delete', 'look'] as const),
        ...(['sweep', 'replace', 'rekey', 'again', 'include', 'include', 'assign', 'turn'] as const),
      ),
      table: fc.nat(40),
      seed: fc.nat(1000),
    }),
    { minLength: 1, maxLength: most, size: 'max' },
  )

/** What the database refuses did not happen. */
export async function edit(office: Office, world: World, one: AreaEdit): Promise<void> {
  try {
    await make(office, world, one)
  } catch (error) {
    if (!/unique|constraint/i.test(String((error as Error).message))) throw error
  }
}

async function make(office: Office, world: World, { kind, table: number, seed }: AreaEdit): Promise<void> {
  if (kind === 'look') return
  if (kind === 'turn') return office.sql('update area set alldata = 1 - alldata where area_id = 2')
  if (kind === 'include' || kind === 'assign') return toggle(office, kind, number, seed)
  const { desk } = office
  const table = desk.site.dictionary.table(world.tables[number % world.tables.length]!)
  const pick = await picker(office, seed)
  const values = world.values(table.name, seed, pick)
  const record = pick(table.name)
  if (kind === 'insert') await desk.insert(table.name, values, 1)
  else if (kind === 'again') await desk.insertAs(table.name, await firstFree(office, table), values, 1)
  else if (record === 0) return
  else if (kind === 'update') await desk.update(table.name, record, values, 1)
  else if (kind === 'replace') await replace(office, table, { ...values, [table.fields[0]!.name]: record })
  else if (kind === 'rekey') await rekey(office, table, record)
  else if (kind === 'delete') await desk.delete(table.name, record, 1)
  else await move(office, table, values, kind === 'sweep' ? undefined : record, seed)
}

async function replace(office: Office, table: Table, values: Record<string, Value>): Promise<void> {
  const names = Object.keys(values).map(name => sql.ref(name))
  const row = sql`into ${sql.table(table.name)} (${sql.join(names)}) values (${sql.join(Object.values(values))})`
  const sets = names.map(name => sql`${name} = excluded.${name}`)
  const key = sql.ref(table.fields[0]!.name)
  const replacing = office.site.db.name.startsWith('postgres:')
    ? sql`insert ${row} on conflict (${key}) do update set ${sql.join(sets)}`
    : sql`insert or replace ${row}`
  await office.site.db.change(write => write.run(replacing))
}

async function rekey(office: Office, table: Table, record: number): Promise<void> {
  const key = sql.ref(table.fields[0]!.name)
  const id = await firstFree(office, table)
  await office.site.db.change(write =>
    write.run(sql`update ${sql.table(table.name)} set ${key} = ${id} where ${key} = ${record}`),
  )
}

async function move(
  office: Office,
  table: Table,
  values: Record<string, Value>,
  record: number | undefined,
  seed: number,
): Promise<void> {
  const pointers = office.site.dictionary.idFields(table).filter(field => field.name in values)
  const field = pointers[seed % Math.max(pointers.length, 1)]
  if (!field) return
  const selector = field.selector === undefined ? [] : [table.fields[field.selector]!.name]
  const sets = [field.name, ...selector.filter(name => name in values)].map(
    name => sql`${sql.ref(name)} = ${values[name]}`,
  )
  const key = sql.ref(table.fields[0]!.name)
  const which = record === undefined ? sql`${key} % 3 <> ${seed % 3}` : sql`${key} = ${record}`
  await office.site.db.change(write =>
    write.run(sql`update ${sql.table(table.name)} set ${sql.join(sets)} where ${which}`),
  )
}

/** Areas 1 and 2 in the worlds; an area may be left without anybody here. */
async function toggle(office: Office, kind: 'include' | 'assign', area: number, associate: number) {
  const table = kind === 'include' ? 'areauserinclusion' : 'areauserassignment'
  const [a, who] = [1 + (area % 2), 1 + (associate % 5)]
  const [row] = await office.desk.rows(
    sql<{ id: number }>`select ${sql.ref(`${table}_id`)} as id from ${sql.table(table)}
      where area_id = ${a} and associate_id = ${who}`,
  )
  if (row) await office.desk.delete(table, row.id, 1)
  else await office.desk.insert(table, { area_id: a, associate_id: who }, 1)
}

async function picker(office: Office, seed: number): Promise<(table: string) => number> {
  const { dictionary, db } = office.site
  const ids = new Map<string, number[]>()
  await db.snapshot(async read => {
    for (const { name, fields } of dictionary.dictionary.tables) {
      const key = sql.ref(fields[0]!.name)
      const rows = await read.rows(
        sql<{ id: number }>`select ${key} as id from ${sql.table(name)} order by 1`,
      )
      ids.set(
        name,
        rows.map(row => row.id),
      )
    }
  })
  return name => {
    const all = ids.get(name) ?? []
    return all[(seed + name.length) % Math.max(all.length, 1)] ?? 0
  }
}

/** The lowest id that nothing has: most likely one that was deleted. */
async function firstFree(office: Office, table: Table): Promise<number> {
  const key = sql.ref(table.fields[0]!.name)
  const rows = await office.desk.rows(
    sql<{ id: number }>`select ${key} as id from ${sql.table(table.name)} order by 1`,
  )
  const taken = new Set(rows.map(row => row.id))
  let id = 1
  while (taken.has(id)) id += 1
  return id
}
