/**
 * Databases: whole ones on a server, made, copied as they lie, and removed. For who may make databases; nothing else of the
 * product asks for that right.
 */
import { openConnection } from './open.ts'
import { quoted } from './sql-text.ts'

/** @param server the address of any database of that server */
export const makeDatabase = (server: string, name: string): Promise<void> =>
  execute(server, `create database ${quoted(name)} template template0 encoding 'UTF8'`)

/** With everything in it. Nobody may have the original open. */
export const copyDatabase = (server: string, from: string, to: string): Promise<void> =>
  execute(server, `create database ${quoted(to)} template ${quoted(from)}`)

/** Whoever still has it open is cut off. */
export const removeDatabase = (server: string, name: string): Promise<void> =>
  execute(server, `drop database if exists ${quoted(name)} with (force)`)

async function execute(server: string, statement: string): Promise<void> {
  const connection = await openConnection(server, {})
  try {
    await connection.execute(statement)
  } finally {
    await connection.close()
  }
}
