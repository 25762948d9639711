/** Identity: what `travelcurrent` says of a database. */
import { sql } from 'kysely'
import { HomecomingError } from '../core/errors.ts'
import { CENTRAL_PREFIX } from '../core/ids.ts'
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Identity } from '../log/site.ts'
import { STAMPED, stamps } from '../log/stamps.ts'
import type { Reading, Writing } from '../storage/contract.ts'

interface CurrentRow {
  systemlevel: number
  current_id: number
  dbtag: string
  parentdbtag: string
  centraldbtag: string
}

export const CENTRAL_LEVEL = 10

/** @throws {HomecomingError} DATABASE_INVALID when it has no identity: it was never created by us, or was left half-made */
export async function readIdentity(read: Reading, path: string): Promise<Identity> {
  const row = await read.row(
    sql<CurrentRow>`select systemlevel, current_id, dbtag, parentdbtag, centraldbtag from travelcurrent`,
  )
  if (!row)
    throw new HomecomingError('DATABASE_INVALID', `${path} is no database of an installation`, { path })
  const kind = ((await readSetting(read, 'kind')) ?? 'central') as Identity['kind']
  return {
    tag: row.dbtag,
    parentTag: row.parentdbtag === '' ? undefined : row.parentdbtag,
    centralTag: row.centraldbtag,
    level: row.systemlevel,
    kind,
    prefix: kind === 'traveller' ? undefined : kind === 'central' ? CENTRAL_PREFIX : row.current_id >>> 24,
    associate: kind === 'traveller' ? row.current_id : 0,
    name: (await readSetting(read, 'name')) ?? 'central',
  }
}

export interface NewIdentity extends Omit<Identity, 'prefix'> {
  readonly currentId: number
  readonly area: number
  readonly mode: number
  readonly databaseType: number
  /** When this database was made, and when central was. */
  readonly generated: number
  readonly centralGenerated: number
}

export async function writeIdentity(write: Writing, identity: NewIdentity): Promise<void> {
  await write.run(sql`delete from travelcurrent`)
  await write.insert(
    {
      table: 'travelcurrent',
      key: ['travelcurrent_id'],
      columns: [
        'systemlevel',
        'current_id',
        'area_id',
        'central_generatedtime',
        'current_generatedtime',
        'databasetype',
        'dbtag',
        'parentdbtag',
        'centraldbtag',
        'encryptedcomm',
        ...STAMPED,
      ],
    },
    [
      [
        1,
        identity.level,
        identity.currentId,
        identity.area,
        identity.centralGenerated,
        identity.generated,
        identity.databaseType,
        identity.tag,
        identity.parentTag ?? '',
        identity.centralTag,
        identity.mode,
        ...stamps(identity.generated),
      ],
    ],
  )
  await writeSetting(write, 'kind', identity.kind)
  await writeSetting(write, 'name', identity.name)
  await write.upsert({ table: 'hc_database', key: ['database_id'], columns: ['tag'] }, [[0, identity.tag]])
}
