/** Waiting: operations that wait in this database (`hc_held`, `hc_passed`, `hc_passed_by`), as packets carry them. */
import type { Table } from '../dictionary/model.ts'
import type { Databases } from '../log/databases.ts'
import type { VersionName } from '../log/version.ts'
import { wireVersion } from './changes.ts'
import type { Operation } from './content.ts'
import { decode } from './msgpack-reader.ts'
import type { FieldPart } from './parts.ts'

/** While it waits, versions go by our number of their maker. */
interface Numbered {
  readonly version: VersionName | null
  readonly replaces: VersionName | null
}

type Waiting = Numbered &
  Omit<Operation, 'table' | 'parts' | 'version' | 'replaces'> & {
    readonly parts: readonly (Numbered & Omit<FieldPart, 'version' | 'replaces'>)[] | null
  }

export function fromWaiting(databases: Databases, table: Table, bytes: Uint8Array): Operation {
  const waiting = decode(bytes) as Waiting
  const named = ({ version, replaces }: Numbered) => ({
    version: wireVersion(databases, version),
    replaces: wireVersion(databases, replaces),
  })
  return {
    ...waiting,
    ...named(waiting),
    table: table.number,
    parts: waiting.parts?.map(part => ({ ...part, ...named(part) })) ?? null,
  }
}
