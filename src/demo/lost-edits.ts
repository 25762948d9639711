/**
 * Lost edits: the office's conflict journal in words: whose edit lost against whose, about what, and how it ended.
 */
import { type conflicts, sql } from '../index.ts'
import type { Stage } from './stage.ts'

type Conflict = Awaited<ReturnType<typeof conflicts>>[number]

interface Author {
  readonly name: string
  /** UTC seconds. */
  readonly time: number
  readonly kind: string
  readonly away: boolean
}

export interface Lost {
  readonly table: string
  readonly record: number
  readonly title: string
  readonly verdict: string
  readonly reason: string
  readonly loser: Author
  readonly winner: Author
  /** What the two said about the same field; without stamps. */
  readonly fields: readonly { readonly field: string; readonly mine: string; readonly theirs: string }[]
}

/** How a record is called by those who work on it. */
const TITLES: Readonly<Record<string, string>> = {
  contact: 'name',
  person: `firstname || ' ' || lastname`,
  sale: 'heading',
  appointment: `(select name from task where task_id = task_idx) || ' with '
    || coalesce((select c.name from contact c where c.contact_id = appointment.contact_id), 'nobody')`,
  category: 'name',
}

const STAMPS = new Set([
  'updated',
  'updated_associate_id',
  'updatedcount',
  'registered',
  'registered_associate_id',
])

/** @returns the oldest first */
export async function lostEdits(stage: Stage, journal: readonly Conflict[]): Promise<Lost[]> {
  const lost: Lost[] = []
  for (const conflict of journal.toReversed()) lost.push(await inWords(stage, conflict))
  return lost
}

async function inWords(stage: Stage, conflict: Conflict): Promise<Lost> {
  const { table, record, verdict, reason, loser, winner } = conflict
  return {
    table,
    record,
    title: (await titleOf(stage, table, record)) ?? merged(conflict) ?? String(record),
    verdict,
    reason,
    loser: authorOf(stage, loser),
    winner: authorOf(stage, winner),
    fields: conflict.fields
      .filter(({ field }) => !STAMPS.has(field))
      .map(({ field, mine, theirs }) => ({ field, mine: String(mine ?? ''), theirs: String(theirs ?? '') })),
  }
}

async function titleOf(stage: Stage, table: string, record: number): Promise<string | undefined> {
  const { database } = stage.office
  const title = TITLES[table]
  if (title === undefined) return undefined
  const key = database.dictionary.table(table).fields[0]!.name
  const row = await database.db.snapshot(read =>
    read.row(sql<{ title: string }>`select ${sql.raw(title)} as title from ${sql.table(table)}
      where ${sql.ref(key)} = ${record}`),
  )
  return row?.title
}

/** A record that became another is gone; what it was called is among the values that were kept. */
function merged({ fields }: Conflict): string | undefined {
  const name = fields.find(({ field }) => field === 'name')
  return name && String(name.mine)
}

const authorOf = ({ people, travellers }: Stage, { associate, time, kind }: Conflict['loser']): Author => ({
  name: people.find(person => person.id === associate)?.name ?? 'somebody',
  time,
  kind,
  away: travellers.some(({ person }) => person.id === associate),
})
