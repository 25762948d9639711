/**
 * Change lock: one change at a time in a schema, over all processes of Homecoming.
 * Why:    taken before the transaction begins, because a view taken while waiting would be stale when the wait ends.
 * Never:  blocks an application: nobody else asks for this lock.
 */
import { HomecomingError } from '../../core/errors.ts'
import type { Connection } from './connection.ts'
import { sqlState } from './driver-errors.ts'

/** Locks of a session are numbered by pairs within one database: ours, and one of the schema. */
const OURS = { change: 0x484f4d45, create: 0x484f4d46 } as const
const lockOf = (purpose: Purpose) => `${OURS[purpose]}, hashtext($1)`

export type Purpose = keyof typeof OURS

const WAITED_TOO_LONG = '55P03'

/** @throws {HomecomingError} DATABASE_BUSY after the waiting time, naming the holder where the server tells */
export async function lock(connection: Connection, purpose: Purpose): Promise<void> {
  try {
    await send(connection, `select pg_advisory_lock(${lockOf(purpose)})`)
  } catch (error) {
    if (sqlState(error) !== WAITED_TOO_LONG) throw error
    throw busy(connection, await holder(connection, purpose), error)
  }
}

/** A connection that is lost has no locks any more. */
export async function unlock(connection: Connection, purpose: Purpose): Promise<void> {
  if (connection.lost) return
  await send(connection, `select pg_advisory_unlock(${lockOf(purpose)})`).catch(() => connection.close())
}

const send = (connection: Connection, sql: string) =>
  connection.send({ sql, parameters: [connection.schema] })

async function holder(connection: Connection, purpose: Purpose): Promise<string> {
  const { rows } = await send(connection, holderSql(OURS[purpose]))
  const [process, program] = rows[0] ?? []
  return process === undefined
    ? 'another program'
    : `${program || 'another program'} (process ${process} of the server)`
}

const holderSql = (
  lock: number,
) => `select l.pid, a.application_name from pg_locks l left join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
  and l.classid = ${lock} and l.objid = hashtext($1)::bigint & 4294967295`

function busy({ name }: Connection, who: string, cause: unknown): HomecomingError {
  const fact = `${name} is being changed by ${who}, and was still when the waiting time was over`
  return new HomecomingError('DATABASE_BUSY', fact, { database: name }, cause)
}
