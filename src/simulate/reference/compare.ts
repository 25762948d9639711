/**
 * Compare: what a child holds at rest, against what it should hold (SPEC 7, "The invariant").
 * Role:  a prototype of its area built now, and the records that it created itself, in the parent's ids.
 * Never: uses the engine's own translation of ids, or its own verification.
 */
import type { Value } from '../../core/values.ts'
import type { Field, Reference, Table } from '../../dictionary/model.ts'
import type { Site } from '../../log/site.ts'
import { buildPrototype, prototypeKey, prototypePath } from '../../prototype/build.ts'
import { type Everything, everythingIn, type Plain } from './everything.ts'
import { Membership } from './membership.ts'

/** What a child created in this journey: "table local id" -> the parent's id. */
type Own = ReadonlyMap<string, number>

/** @param now seconds since 1970, for `maxDataAge` @returns what is wrong; empty when all is well */
export async function compareChild(
  parent: Site,
  child: Site,
  now: number,
  membership?: Membership,
): Promise<string[]> {
  const truth = membership ?? (await Membership.of(parent))
  const here = await everythingIn(child, parent.dictionary.prototyped)
  const area = await areaOf(child)
  const own = ownOf(truth, child)
  return parent.dictionary.prototyped.flatMap(table => {
    const expected = new Map(truth.members(area, table))
    for (const [local, id] of own) {
      const row = local.startsWith(`${table.name} `) ? truth.rows.get(table.name)!.get(id) : undefined
      if (row) expected.set(id, row)
    }
    const mayLack = (row: Plain): boolean => isOld(table, row, oldest(truth, area, now))
    return differences(table, expected, translated(parent, table, here, own), mayLack)
  })
}

/** A prototype that is built now, opened, against the reference. */
export async function comparePrototype(parent: Site, area: number, now: number): Promise<string[]> {
  const prototype = await buildPrototype(parent, area)
  const truth = await Membership.of(parent)
  const db = await parent.storage.open(prototypePath(parent, prototype), {
    key: prototypeKey(parent, prototype),
    readOnly: true,
  })
  try {
    const built = await everythingIn({ ...parent, db }, parent.dictionary.prototyped)
    const before = oldest(truth, area, now)
    return parent.dictionary.prototyped.flatMap(table => {
      const rows = built.get(table.name)!
      const young = new Map([...truth.members(area, table)].filter(([, row]) => !isOld(table, row, before)))
      return differences(table, young, rows, () => false).map(one => `prototype of ${area}: ${one}`)
    })
  } finally {
    await db.close()
  }
}

async function areaOf(child: Site): Promise<number> {
  const [current] = (await everythingIn(child, [child.dictionary.table('travelcurrent')]))
    .get('travelcurrent')!
    .values()
  return Number(current!.area_id)
}

/** The pairs of this journey, as the parent keeps them. A record that was merged into another is that one no more. */
function ownOf(truth: Membership, child: Site): Own {
  const own = new Map<string, number>()
  const numbers = new Map(child.dictionary.tables.map(table => [table.number, table.name]))
  for (const run of truth.rows.get('travelidmapping')!.values()) {
    if (run.cdbname !== child.identity.tag.slice(0, 29)) continue
    for (let k = 0; k < Number(run.counter); k++)
      own.set(
        `${numbers.get(Number(run.table_number))} ${Number(run.local_id) + k}`,
        Number(run.parent_id) + k,
      )
  }
  return own
}

/** The rows of a child's table in the parent's ids. */
function translated(parent: Site, table: Table, here: Everything, own: Own): ReadonlyMap<number, Plain> {
  const rows = [...here.get(table.name)!.values()].map(row => {
    const copy: Record<string, Value> = { ...row }
    const key = table.fields[0]!.name
    copy[key] = own.get(`${table.name} ${row[key]}`) ?? row[key]!
    for (const field of table.fields) {
      const target = field.references && tableOf(parent, field.references, row)
      if (target) copy[field.name] = own.get(`${target} ${row[field.name]}`) ?? row[field.name]!
    }
    return copy
  })
  return new Map(rows.map(row => [Number(row[table.fields[0]!.name]), row]))
}

function tableOf(parent: Site, reference: Reference, row: Plain): string | undefined {
  if (reference.kind === 'plain') return reference.table
  if (reference.kind === 'typed') return reference.tables[String(row[reference.typeField])]
  const number = Number(row[reference.tableField])
  return parent.dictionary.tables.find(table => table.number === number)?.name
}

function differences(
  table: Table,
  expected: ReadonlyMap<number, Plain>,
  actual: ReadonlyMap<number, Plain>,
  mayLack: (row: Plain) => boolean,
): string[] {
  const lacking = [...expected].flatMap(([id, row]) =>
    actual.has(id) || mayLack(row) ? [] : [`${table.name} ${id} is missing`],
  )
  const others = [...actual].flatMap(([id, row]) => {
    const right = expected.get(id)
    if (!right) return [`${table.name} ${id} should not be there`]
    const fields = table.fields.filter(field => !field.derived && text(row, field) !== text(right, field))
    return fields.map(
      field => `${table.name} ${id}: ${field.name} is ${text(row, field)} instead of ${text(right, field)}`,
    )
  })
  return [...lacking, ...others]
}

const text = (row: Plain, field: Field): string => {
  const value = row[field.name]
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : `${typeof value} ${value}`
}

/** The moment before which records are too old for the area; undefined: none are. */
function oldest(truth: Membership, area: number, now: number): string | undefined {
  const days = Number(truth.rows.get('area')!.get(area)?.maxdataage ?? 0)
  return days > 0 ? new Date((now - days * 86_400) * 1000).toISOString() : undefined
}

function isOld(table: Table, row: Plain, before: string | undefined): boolean {
  const date = table.ageFields?.map(field => row[field]).find(value => value !== null && value !== '')
  return before !== undefined && typeof date === 'string' && date < before
}
