/**
 * Desk: one person's place at one database. Works as any application would: SQL, ids from `sequence`, its own stamps.
 * Never: writes to a table of ours, but for the story's time: without it the same seed would not give the same figures.
 */
import { type HomecomingDatabase, sql, type Value, type Writing } from '../index.ts'
import { type StoryClock, stored } from './story-clock.ts'

export type Values = Readonly<Record<string, Value>>

export interface Work {
  created: number
  changed: number
  deleted: number
}

export class Desk {
  readonly database: HomecomingDatabase
  readonly #clock: StoryClock
  /** What was done here so far. */
  readonly work: Work

  constructor(
    database: HomecomingDatabase,
    clock: StoryClock,
    work: Work = { created: 0, changed: 0, deleted: 0 },
  ) {
    this.database = database
    this.#clock = clock
    this.work = work
  }

  /** @returns the id of the new record */
  async create(who: number, table: string, values: Values): Promise<number> {
    this.work.created += 1
    return this.#save(who, async write => {
      const id = await this.#nextId(write, table)
      const record = { [this.#key(table)]: id, ...values, ...this.#registered(who), ...this.#updated(who) }
      await write.run(sql`insert into ${sql.table(table)} (${sql.join(Object.keys(record).map(sql.ref))}, updatedcount)
        values (${sql.join(Object.values(record))}, 0)`)
      return id
    })
  }

  /** A record that is not here is not changed. @returns whether it is here */
  async change(who: number, table: string, id: number, values: Values): Promise<boolean> {
    const sets = Object.entries({ ...values, ...this.#updated(who) })
    const changed = await this.#save(who, write =>
      write.run(sql`update ${sql.table(table)} set updatedcount = updatedcount + 1,
        ${sql.join(sets.map(([name, value]) => sql`${sql.ref(name)} = ${value}`))}
        where ${sql.ref(this.#key(table))} = ${id}`),
    )
    this.work.changed += changed
    return changed > 0
  }

  /** The appointment, and who may see it. */
  async deleteAppointment(who: number, id: number): Promise<void> {
    await this.#save(who, async write => {
      this.work.deleted += await write.run(sql`delete from visiblefor where tableid = 9 and recordid = ${id}`)
      this.work.deleted += await write.run(sql`delete from appointment where appointment_id = ${id}`)
    })
  }

  /** Ids of a table, ascending. @param where a condition of the application's own */
  async ids(table: string, where = sql`1 = 1`): Promise<number[]> {
    const key = sql.ref(this.#key(table))
    const rows = await this.database.db.snapshot(read =>
      read.rows(sql<{ id: number }>`select ${key} as id from ${sql.table(table)} where ${where} order by 1`),
    )
    return rows.map(row => row.id)
  }

  /** The documented way: raise the row of the table (its number and ten), and take what was there. */
  async #nextId(write: Writing, table: string): Promise<number> {
    const row = this.database.dictionary.table(table).number + 10
    await write.run(sql`update sequence set next_id = next_id + 1 where id = ${row}`)
    const taken = await write.row(
      sql<{ id: number }>`select next_id - 1 as id from sequence where id = ${row}`,
    )
    return taken!.id
  }

  #key(table: string): string {
    return this.database.dictionary.table(table).fields[0]!.name
  }

  #registered = (who: number): Values => ({
    registered: stored(this.#clock.now()),
    registered_associate_id: who,
  })

  #updated = (who: number): Values => ({ updated: stored(this.#clock.now()), updated_associate_id: who })

  /** Lets a function of the library write at the story's time too. */
  async atThisTime<T>(work: () => Promise<T>): Promise<T> {
    await this.#setTime(this.#clock.now())
    try {
      return await work()
    } finally {
      await this.#setTime(null)
    }
  }

  async #setTime(now: number | null): Promise<void> {
    await this.database.db.change(write => write.run(sql`update hc_session set now = ${now}`))
  }

  /** One transaction of this person, at the story's time. */
  async #save<T>(who: number, work: (write: Writing) => Promise<T>): Promise<T> {
    return this.database.db.change(async write => {
      await write.actAs(who)
      await write.run(sql`update hc_session set now = ${this.#clock.now()}`)
      const result = await work(write)
      await write.run(sql`update hc_session set now = null`)
      return result
    })
  }
}
