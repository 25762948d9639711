/**
 * Transaction: how one begins and ends, also where the line is cut while it is being committed.
 * Why:    a commit whose answer never came may hold or not. The caller has files that must be in accord with it, so the
 *         server is asked, as soon as it answers again, what became of the transaction of that number.
 * Never:  takes a rollback for a commit: after an error that somebody passed over, the change fails with that error.
 */
import { setTimeout } from 'node:timers/promises'
import { assume, HomecomingError } from '../../core/errors.ts'
import type { Connection } from './connection.ts'
import { lockSql } from './tables-first.ts'

/** Milliseconds between two questions. */
const PAUSE = 100

export async function beginReading(connection: Connection): Promise<void> {
  connection.forget()
  // The view is taken by the first statement that looks at something, not by `begin`.
  await connection.execute('begin isolation level repeatable read read only; select 1')
}

/** @param first tables that are locked before the view is taken: `lock` takes none */
export async function beginWriting(connection: Connection, first: readonly string[] = []): Promise<void> {
  connection.forget()
  const lock = await lockSql(connection, first)
  // References have to hold in the end, not row by row, where their constraints allow that.
  await connection.execute(`begin isolation level repeatable read; ${lock}; set constraints all deferred`)
}

/**
 * @param connect another connection to the same database
 * @param wait milliseconds in which the server may come back
 * @throws {HomecomingError} CONNECTION_LOST where it did not hold, or nobody can tell yet; the error that was passed over
 */
export async function commit(
  connection: Connection,
  connect: () => Promise<Connection>,
  wait: number,
): Promise<void> {
  const { rows } = await connection.send({ sql: 'select pg_current_xact_id_if_assigned()::text' })
  const number = rows[0]?.[0]
  try {
    const done = await connection.execute('commit')
    assume(done === 'COMMIT', 'a change was rolled back instead of committed')
  } catch (error) {
    // One without a number has written nothing.
    const held = connection.lost && (number == null || (await isCommitted(String(number), connect, wait)))
    if (!held) throw error
  }
}

/** A connection that is gone has rolled back already. */
export async function rollBack(connection: Connection): Promise<void> {
  if (connection.lost) return
  await connection.execute('rollback').catch(() => connection.close())
}

async function isCommitted(
  number: string,
  connect: () => Promise<Connection>,
  wait: number,
): Promise<boolean> {
  const begun = performance.now()
  for (;;) {
    const status = await statusOf(number, connect).catch(notReachable)
    if (status === 'committed') return true
    if (status === 'aborted' || performance.now() - begun >= wait) return false
    await setTimeout(PAUSE)
  }
}

async function statusOf(number: string, connect: () => Promise<Connection>): Promise<unknown> {
  const connection = await connect()
  try {
    const { rows } = await connection.send({ sql: 'select pg_xact_status($1::xid8)', parameters: [number] })
    return rows[0]?.[0]
  } finally {
    await connection.close()
  }
}

function notReachable(error: unknown): undefined {
  if (error instanceof HomecomingError) return undefined
  throw error
}
