/**
 * Returned: what a restored parent had sent and has forgotten, sent back to it by a child that still has it.
 * Shape:  operations as in a DWN, under the version and the author that the parent gave them. They are no edits of the child's.
 * Never:  repeats what the child made itself: that is unsent again.
 */
import { sql } from 'kysely'
import type { Databases } from '../log/databases.ts'
import { fieldLevelTables } from '../log/field-level.ts'
import { readFieldVersions } from '../log/field-version.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import type { Query, Reading, Writing } from '../storage/contract.ts'
import { changedRecords, dwnOperation } from './changes.ts'
import type { Frame } from './container.ts'
import { FRAME } from './content.ts'
import { byField } from './field-operations.ts'
import { readRuns } from './pairs.ts'
import type { AgainNote } from './rejoin-notes.ts'
import type { RejoinState } from './rejoin-state.ts'
import { byKind, deletionsFirst } from './write-up.ts'

/** Brought by the parent since the last packet that it knows to have sent. A little more does no harm. */
const brought = ({ since }: RejoinState): Query => sql`v.link = ${PARENT_LINK} and v.position >= ${since}`

export async function* returnedFrames(
  site: Site,
  read: Reading,
  databases: Databases,
  state: RejoinState,
): AsyncGenerator<Frame> {
  const fieldLevel = await fieldLevelTables(read)
  for (const table of site.dictionary.captured.filter(each => site.dictionary.goesDown(each))) {
    for (const which of deletionsFirst(brought(state))) {
      for await (const batch of changedRecords(read, table, which, false)) {
        const records = batch.map(({ record }) => record)
        const fields = fieldLevel.has(table.number)
          ? await readFieldVersions(read, table.number, records)
          : undefined
        const operations = batch.map(changed =>
          byField(
            databases,
            site.dictionary.idFields(table),
            dwnOperation(databases, table, changed),
            fields?.get(changed.record),
            () => true,
            version => version.time,
          ),
        )
        for (const { body } of byKind(table.number, operations)) yield { kind: FRAME.returned, body }
      }
    }
  }
}

export async function againNote(site: Site, read: Reading, state: RejoinState): Promise<AgainNote> {
  const runs = await readRuns(read, site.identity.tag)
  return {
    seen: state.seen,
    pairs: runs.map(({ table, local, parent, count }) => [table, local, parent, count]),
  }
}

/** Until the parent has read them they are in flight: it may still tell of what it had before. */
export async function noteReturned(write: Writing, { since }: RejoinState, number: number): Promise<void> {
  for (const name of ['hc_version', 'hc_field_version'])
    await write.run(sql`update ${sql.table(name)} set sent = ${number}
      where link = ${PARENT_LINK} and position >= ${since}`)
}
