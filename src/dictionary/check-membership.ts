/**
 * Check membership: rules name existing tables and fields of the right kind, and never go round in a circle.
 * Why no circles: a record's areas are worked out from those of the records it follows; a circle has no beginning.
 */
import { fieldOf, type Model, type Problems, placeOf, targetsOf } from './check.ts'
import { pointsAtUsers } from './check-fields.ts'
import type { Field, MembershipRule, Table } from './model.ts'

export function* checkMembership(model: Model, table: Table): Problems {
  const rules = table.membership ?? []
  if (rules.length > 0 && !table.travels.area) {
    yield `${placeOf(table)}: has membership rules, but does not travel by area`
  }
  for (const rule of rules) yield* checkRule(model, table, rule)
}

function* checkRule(model: Model, table: Table, rule: MembershipRule): Problems {
  switch (rule.kind) {
    case 'owner':
      yield* checkUserField(model, table, rule.kind, rule.field)
      if (rule.onlyIfEmpty !== undefined) yield* named(table, rule.kind, rule.onlyIfEmpty)
      return
    case 'user':
      return yield* checkUserField(model, table, rule.kind, rule.field)
    case 'parent':
      return yield* checkFollowed(table, rule.kind, rule.field)
    case 'ends':
      for (const field of rule.fields) yield* checkFollowed(table, rule.kind, field)
      return
    case 'reverse':
    case 'listed':
      return yield* checkPointer(model, table, rule)
    case 'everywhere':
      return
    default:
      throw rule satisfies never
  }
}

function* named(table: Table, kind: string, name: string): Problems {
  if (!fieldOf(table, name)) yield `${missing(table, kind, name)}`
}

const missing = (table: Table, kind: string, name: string): string =>
  `table ${table.name}, field ${name}: named in a membership rule (${kind}), but there is none`

function* checkUserField(model: Model, table: Table, kind: string, name: string): Problems {
  const field = fieldOf(table, name)
  if (!field) yield missing(table, kind, name)
  else if (!pointsAtUsers(model, field)) {
    yield `${placeOf(table, field)}: a membership rule (${kind}) needs a reference to table ${model.dictionary.parts.associate.table}`
  }
}

function* checkFollowed(table: Table, kind: string, name: string): Problems {
  const field = fieldOf(table, name)
  if (!field) yield missing(table, kind, name)
  else if (!field.references) yield `${placeOf(table, field)}: a membership rule (${kind}) needs a reference`
  else if (targetsOf(field.references).length === 0) {
    yield `${placeOf(table, field)}: a pair that a membership rule follows must list its tables`
  }
}

function* checkPointer(
  model: Model,
  table: Table,
  rule: Extract<MembershipRule, { kind: 'reverse' | 'listed' }>,
): Problems {
  const from = model.tables.get(rule.table)
  if (!from) {
    yield `${placeOf(table)}: a membership rule (${rule.kind}) names table ${rule.table}, but there is none`
    return
  }
  const field = fieldOf(from, rule.field)
  if (!field) yield missing(from, rule.kind, rule.field)
  else if (!pointsAt(field, table)) {
    yield `${placeOf(from, field)}: a membership rule (${rule.kind}) of table ${table.name} needs it to refer there`
  }
}

const pointsAt = (field: Field, table: Table): boolean =>
  field.references !== undefined && targetsOf(field.references).includes(table.name)

/** Names each circle once: "ship -> cargo -> ship". A table that follows itself is one too. */
export function* checkCircles(model: Model): Problems {
  const done = new Set<string>()
  for (const table of model.dictionary.tables) {
    const circle = findCircle(model, table.name, [], done)
    if (circle) yield `table ${circle[0]}: its membership goes round in a circle: ${circle.join(' -> ')}`
  }
}

/** Depth first; `path` is the way here, `done` the tables known to lead into no new circle. */
function findCircle(
  model: Model,
  name: string,
  path: readonly string[],
  done: Set<string>,
): string[] | undefined {
  const seen = path.indexOf(name)
  if (seen >= 0) return [...path.slice(seen), name]
  if (done.has(name)) return undefined
  for (const next of followedBy(model.tables.get(name))) {
    const circle = findCircle(model, next, [...path, name], done)
    if (circle) {
      done.add(name)
      return circle
    }
  }
  done.add(name)
  return undefined
}

/** The tables whose areas decide those of this one. `listed` asks only whether a row exists, not for its areas. */
export function followedBy(table: Table | undefined): readonly string[] {
  if (!table) return []
  return (table.membership ?? []).flatMap(rule => {
    if (rule.kind === 'parent') return targetsOfField(table, rule.field)
    if (rule.kind === 'ends') return rule.fields.flatMap(field => targetsOfField(table, field))
    return rule.kind === 'reverse' ? [rule.table] : []
  })
}

function targetsOfField(table: Table, name: string): readonly string[] {
  const reference = fieldOf(table, name)?.references
  return reference ? targetsOf(reference) : []
}
