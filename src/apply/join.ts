/**
 * Join: an operation that waits and a later one of the same record and child become one (SPEC 6, "Held").
 * It carries the values of both and replaces what the earlier one replaced: the parent has never seen that one.
 */
import type { Row } from '../core/values.ts'
import { sameVersion } from '../log/version.ts'
import { overlay } from './field-rows.ts'
import { type Incoming, type IncomingPart, isPartial, partOf } from './operation.ts'

export function join(earlier: Incoming, later: Incoming): Incoming {
  const joined = {
    ...later,
    replaces: earlier.replaces,
    born: earlier.born || later.born,
    base: earlier.base,
    parts: later.parts?.map(part => replacing(part, earlier)) ?? null,
  }
  if (!isPartial(later) || !earlier.values || !later.values) return joined
  const values = overlay(earlier.values, later.values, later.carried)
  if (earlier.parts === null) return { ...joined, values, parts: null, carried: earlier.carried }
  const other = earlier.parts.filter(part => !later.parts!.some(({ field }) => field === part.field))
  const carried = [...new Set([...earlier.carried, ...later.carried])]
  return { ...joined, values, parts: [...other, ...joined.parts!], carried }
}

/** What was asked for in full: the time of an edit that has been read before is corrected already. */
export function inFull(waiting: readonly Incoming[], full: Incoming): Incoming {
  const known = waiting.find(earlier => sameVersion(earlier.version, full.version))
  if (known) return { ...full, time: known.time }
  const last = waiting.at(-1)
  return last?.values && full.values && isNoEdit(full)
    ? { ...last, ...filled(last.values, last, full) }
    : full
}

/** Of another copy of the laptop than the one that made the edit: it has only what the fields stood beside. */
export const isNoEdit = ({ version, replaces }: Incoming): boolean => sameVersion(version, replaces)

const filled = (values: Row, { carried }: Incoming, full: Incoming) => ({
  values: overlay(full.values!, values, carried),
  carried: full.values!.map((_, field) => field).slice(1),
})

const replacing = (part: IncomingPart, earlier: Incoming): IncomingPart => ({
  ...part,
  replaces: (partOf(earlier, part.field) ?? part).replaces,
})
