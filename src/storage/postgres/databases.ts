/**
 * Databases: whole ones on a server, made, copied as they lie, and removed. For who may make databases; nothing else of the
 * product asks for that right.
 */
import { openConnection } from './open.ts'
import { quoted, text } from './sql-text.ts'

/** @param server the address of any database of that server */
export const makeDatabase = (server: string, name: string): Promise<void> =>
  execute(server, `create database ${quoted(name)} template template0 encoding 'UTF8'`)

/** With everything in it. Nobody may have the original open. */
export const copyDatabase = (server: string, from: string, to: string): Promise<void> =>
  execute(server, `create database ${quoted(to)} template ${quoted(from)}`)

/**
 * Whoever still has it open is cut off.
 * Not by `with (force)`: the owner of a database may not end the server's own workers in it, such as autovacuum, and is
 * refused for them; a plain drop sends these away itself.
 */
export async function removeDatabase(server: string, name: string): Promise<void> {
  const others = `datname = ${text(name)} and backend_type <> 'autovacuum worker'`
  await execute(server, `select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${others}`)
  await execute(server, `drop database if exists ${quoted(name)}`)
}

async function execute(server: string, statement: string): Promise<void> {
  const connection = await openConnection(server, {})
  try {
    await connection.execute(statement)
  } finally {
    await connection.close()
  }
}
