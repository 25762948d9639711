/**
 * Application: what the office works with. Drizzle, a pool of its own, plain statements.
 * It keeps two rules of Homecoming: ids come from `sequence`, and a transaction says who acts.
 * Never: imports the library, or knows who is away.
 */
import { eq, sql } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { MACHINE, rowInSequence, VISIT } from './dictionary.ts'
import { machine, sequence, visit } from './schema.ts'

type Database = NodePgDatabase<Record<string, never>>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]
export type NewMachine = Omit<typeof machine.$inferInsert, 'id'>
export type NewVisit = Omit<typeof visit.$inferInsert, 'id' | 'machineId'>

export class Application implements AsyncDisposable {
  readonly #pool: pg.Pool
  readonly database: Database

  constructor(address: string) {
    this.#pool = new pg.Pool({ connectionString: address, max: 4, application_name: 'workshop' })
    // A connection that rests and is ended from outside: the pool makes another.
    this.#pool.on('error', () => {})
    this.database = drizzle(this.#pool)
  }

  /** The migration: all of it or nothing. */
  async migrate(statements: string): Promise<void> {
    await this.database.transaction(tx => tx.execute(sql.raw(statements)))
  }

  /** Everything in here is done by this technician, and by nobody else: it ends with the transaction. */
  as<T>(technicianId: number, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async tx => {
      await tx.execute(sql`select set_config('homecoming.associate', ${String(technicianId)}, true)`)
      return work(tx)
    })
  }

  async machineBySerial(serial: string): Promise<typeof machine.$inferSelect | undefined> {
    const [found] = await this.database.select().from(machine).where(eq(machine.serial, serial))
    return found
  }

  visitsOf(machineId: number): Promise<(typeof visit.$inferSelect)[]> {
    return this.database.select().from(visit).where(eq(visit.machineId, machineId)).orderBy(visit.id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end()
  }
}

/** A machine with its first visit. */
export async function installMachine(
  tx: Transaction,
  values: NewMachine,
  first: NewVisit,
): Promise<{ readonly machine: number; readonly visit: number }> {
  const [machineId, visitId] = [await takeId(tx, MACHINE), await takeId(tx, VISIT)]
  await tx.insert(machine).values({ ...values, id: machineId })
  await tx.insert(visit).values({ ...first, id: visitId, machineId })
  return { machine: machineId, visit: visitId }
}

/** Prices from a supplier's list, by serial number: known machines get the price, others are made. */
export async function importPrices(
  tx: Transaction,
  list: readonly { readonly serial: string; readonly price: string }[],
  technicianId: number,
): Promise<void> {
  for (const { serial, price } of list)
    await tx
      .insert(machine)
      .values({ id: await takeId(tx, MACHINE), serial, price, technicianId })
      .onConflictDoUpdate({ target: machine.serial, set: { price } })
}

/** The protocol of docs/ids.md, in Drizzle's words. An id that is taken and not used does no harm. */
async function takeId(tx: Transaction, tableNumber: number): Promise<number> {
  const [taken] = await tx
    .update(sequence)
    .set({ nextId: sql`${sequence.nextId} + 1` })
    .where(eq(sequence.id, rowInSequence(tableNumber)))
    .returning({ next: sequence.nextId })
  if (!taken) throw new Error(`table ${tableNumber} has no row in sequence`)
  return taken.next - 1
}
