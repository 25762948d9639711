/** What a server refuses, and what the person is told: a code, the address without its password, and what to do. */
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { storages } from '../../src/app/storages.ts'
import { HomecomingError } from '../../src/core/errors.ts'
import type { Database, Writing } from '../../src/storage/contract.ts'
import { requireOwnSession, requireVersion } from '../../src/storage/postgres/open.ts'
import { asAdmin, postgresServer, type TestDatabase, testDatabase } from '../support/postgres-server.ts'

const storage = storages()

describe('opening', () => {
  // A server of somebody else lets in whom it likes.
  test.skipIf(process.env.HOMECOMING_TEST_POSTGRES)(
    'a wrong password is refused, and is in no message',
    async () => {
      await using database = await locked('right')

      const error = await refusalOf(() => storage.open(database.as('locked', 'wrong-secret')))

      expect(error.code).toBe('SERVER_LOGIN_REFUSED')
      expect(error.message).toContain('postgres://locked@127.0.0.1')
      expect(`${error.message} ${JSON.stringify(error.values)} ${error.cause}`).not.toContain('wrong-secret')
      await (await storage.open(database.as('locked', 'right'))).close()
    },
  )

  test('a database that is not there is made with createdb, not by us', async () => {
    await using database = await fresh()

    const error = await refusalOf(() => storage.open(database.address.replace(database.name, 'nothing_here')))

    expect(error).toMatchObject({ code: 'DATABASE_NOT_FOUND' })
    expect(error.message).toContain('createdb nothing_here')
  })

  test('a schema that is not there is named', async () => {
    await using database = await fresh()

    const error = await refusalOf(() => storage.open(`${database.address}?schema=Sales`))

    expect(error).toMatchObject({ code: 'DATABASE_NOT_FOUND', values: { schema: 'Sales' } })
  })

  test('a schema that the user may not use is told apart from an empty one', async () => {
    await using database = await fresh()
    await asAdmin(database.admin, client => client.query('create schema closed; create table closed.item ()'))

    const error = await refusalOf(() => storage.open(`${database.address}?schema=closed`))

    expect(error.code).toBe('RIGHTS_MISSING')
    expect(error.message).toContain('GRANT USAGE ON SCHEMA')
  })

  test('a schema cannot be made by somebody who may not', async () => {
    await using database = await fresh()
    await asAdmin(database.admin, client => client.query(`alter database ${database.name} owner to postgres`))

    const error = await refusalOf(() => storage.open(`${database.address}?schema=new`, { create: true }))

    expect(error.code).toBe('RIGHTS_MISSING')
  })

  test('a server that does not answer is unreachable', async () => {
    const refused = () => storage.open('postgres://somebody:secret@127.0.0.1:1/db')
    const unknown = () => storage.open('postgres://somebody@no-such-host.invalid/db')

    expect(await refusalOf(refused)).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect((await refusalOf(refused)).message).not.toContain('secret')
    expect(await refusalOf(unknown)).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  })

  test('an address that is none is refused without being repeated', async () => {
    const error = await refusalOf(() => storage.open('postgres://somebody:secret@host'))

    expect(error.code).toBe('SETTING_INVALID')
    expect(error.message).not.toContain('secret')
  })

  test('a server older than 15 is refused', () => {
    expect(() => requireVersion('here', 140_012, '14.12')).toThrow('PostgreSQL 14.12')
    expect(() => requireVersion('here', 150_000, '15.0')).not.toThrow()
  })

  test('a database whose encoding does not hold every character is refused', async () => {
    await using database = await fresh()
    const { name } = database
    await asAdmin((await postgresServer()).admin, async client => {
      await client.query(`drop database ${name}`)
      await client.query(`create database ${name} template template0 encoding 'LATIN1' locale 'C'`)
    })

    await expect(storage.open(database.address)).rejects.toMatchObject({
      code: 'SERVER_ENCODING',
      message: expect.stringContaining('LATIN1'),
    })
  })

  test('a pooler is refused, unless the address says that it keeps sessions apart', async () => {
    await using database = await fresh()
    expect(() => requireOwnSession('here', 4711, 2_059_568)).toThrow('a pooler')
    expect(() => requireOwnSession('here', 4711, 4711)).not.toThrow()

    const named = await storage.open(`${database.address}?pooler=session`)
    expect(named.name).toContain('pooler=session')
    await named.close()
  })

  test('when the server has no connection to spare, opening waits a little, and says so then', async () => {
    await using database = await locked('secret')
    const address = database.as('locked', 'secret')
    await asAdmin(database.admin, client => client.query('alter role locked connection limit 1'))
    const only = await storage.open(address)

    const error = await refusalOf(() => storage.open(address, { waitFor: 100 }))
    const waiting = storage.open(address, { waitFor: 20_000 })
    await only.close()

    expect(error.code).toBe('CONNECTIONS_EXHAUSTED')
    await (await waiting).close()
  })
})

describe('working', () => {
  test('a database that may only be read says so', async () => {
    await using scene = await counters()

    const error = await refusalOf(() =>
      scene.db.change(async write => {
        await write.run(sql`set transaction read only`)
        await addOne(write)
      }),
    )

    expect(error).toMatchObject({ code: 'SERVER_READ_ONLY' })
  })

  test('a row that somebody else holds is waited for, and then the database is busy', async () => {
    await using scene = await counters({ waitFor: 50 })

    const error = await scene.meanwhile('begin; update counter set n = 5 where id = 1', () =>
      refusalOf(() => scene.db.change(addOne)),
    )

    expect(error).toMatchObject({ code: 'DATABASE_BUSY', values: { sqlstate: '55P03' } })
  })

  test('what somebody else changed meanwhile is read again: the change begins anew', async () => {
    await using scene = await counters()
    let times = 0

    await scene.db.change(async write => {
      times++
      const before = await write.row(sql<{ n: number }>`select n from counter where id = ${1}`)
      if (times === 1) await scene.program('update counter set n = n + 10 where id = 1')
      await write.run(sql`update counter set n = ${before!.n + 1} where id = ${1}`)
    })

    expect(times).toBe(2)
    expect(await scene.counted()).toBe(11)
  })

  test('an attempt does not take it for a broken rule', async () => {
    await using scene = await counters()
    let times = 0

    await scene.db.change(async write => {
      times++
      await write.row(sql`select n from counter`)
      if (times === 1) await scene.program('update counter set n = n + 10 where id = 1')
      expect(await write.attempt(async () => void (await addOne(write)))).toBeUndefined()
    })

    expect(await scene.counted()).toBe(11)
  })

  test('a change that others come between again and again gives up as busy', async () => {
    await using scene = await counters()
    let times = 0

    const error = await refusalOf(() =>
      scene.db.change(async write => {
        times++
        await write.row(sql`select n from counter`)
        await scene.program('update counter set n = n + 10 where id = 1')
        await addOne(write)
      }),
    )

    expect(error.code).toBe('DATABASE_BUSY')
    expect(times).toBe(6)
    await scene.db.change(addOne)
    expect(await scene.counted()).toBe(61)
  })

  test('a key that somebody else took meanwhile is a collision that can be looked at, not one with nobody', async () => {
    await using scene = await counters()
    const counter = { table: 'counter', key: ['id'], columns: ['n'] }
    let times = 0

    const seen = await scene.db.change(async write => {
      times++
      await write.row(sql`select n from counter`)
      if (times === 1) await scene.program('insert into counter values (3, 33)')
      const refused = await write.attempt(() => write.insert(counter, [[3, 1]]))
      return { kind: refused?.kind, taker: (await write.lookup(counter, [[3]]))[0] }
    })

    expect(seen).toEqual({ kind: 'unique', taker: [33] })
    expect(times).toBe(2)
  })

  test('a key that comes twice in one write is a collision at once', async () => {
    await using scene = await counters()
    const counter = { table: 'counter', key: ['id'], columns: ['n'] }
    let times = 0

    const refused = await scene.db.change(write => {
      times++
      return write.attempt(() =>
        write.insert(counter, [
          [3, 1],
          [3, 2],
        ]),
      )
    })

    expect(refused).toMatchObject({ kind: 'unique' })
    expect(times).toBe(1)
  })

  test('a deadlock with another program ends with both done', async () => {
    await using scene = await counters()
    await asAdmin(scene.database.admin, async other => {
      await other.query('set deadlock_timeout = 3600000')
      await other.query('begin; update c.counter set n = n + 10 where id = 2')
      let theirs: Promise<unknown> | undefined
      await scene.db.change(async write => {
        await addOne(write)
        theirs ??= other.query('update c.counter set n = n + 10 where id = 1; commit')
        await write.run(sql`update counter set n = n + ${1} where id = ${2}`)
      })
      await theirs
    })

    expect(await scene.counted()).toBe(11)
  })

  test('a connection that is lost is said to be, nothing of the change stays, and the next one works', async () => {
    await using scene = await counters()

    const error = await refusalOf(() =>
      scene.db.change(async write => {
        await addOne(write)
        await scene.endConnections()
        await addOne(write)
      }),
    )

    expect(error).toMatchObject({ code: 'CONNECTION_LOST', entry: { retry: 'automatic' } })
    expect(await scene.counted()).toBe(0)
    await scene.db.change(addOne)
    expect(await scene.counted()).toBe(1)
  })

  test('connections that are ended while they rest are replaced', async () => {
    await using scene = await counters()
    await scene.counted()

    await scene.endConnections()

    expect(await scene.counted()).toBe(0)
    await scene.db.change(addOne)
    expect(await scene.counted()).toBe(1)
  })

  test('a full disk of the server is a full disk', async () => {
    await using scene = await counters()
    await scene.program(`create function full_disk() returns trigger language plpgsql as
      $$ begin raise exception using errcode = 'disk_full', message = 'could not extend file'; end $$;
      create trigger full_disk before update on counter for each row execute function full_disk()`)

    expect(await refusalOf(() => scene.db.change(addOne))).toMatchObject({ code: 'DISK_FULL' })
  })

  test('a table that belongs to somebody else says which right is missing', async () => {
    await using scene = await counters()
    await scene.program('create table hidden (id int); revoke all on hidden from public')

    const error = await refusalOf(() => scene.db.snapshot(read => read.rows(sql`select * from hidden`)))

    expect(error.code).toBe('RIGHTS_MISSING')
    expect(error.message).toContain('hidden')
  })

  test('an error that somebody passes over does not look like a change that worked', async () => {
    await using scene = await counters()

    const passedOver = scene.db.change(async write => {
      await addOne(write)
      await write.run(sql`insert into counter values (1, 1)`).catch(() => {})
    })

    await expect(passedOver).rejects.toMatchObject({ code: 'VALUE_REFUSED', values: { table: 'counter' } })
    expect(await scene.counted()).toBe(0)
  })
})

const addOne = (write: Writing) => write.run(sql`update counter set n = n + ${1} where id = ${1}`)

async function refusalOf(work: () => Promise<unknown>): Promise<HomecomingError> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof HomecomingError) return error
  throw error ?? new Error('nothing was refused')
}

const fresh = async (): Promise<TestDatabase> => testDatabase(await postgresServer())

/** A database that the role `locked`, who needs a password, may open, too. */
async function locked(password: string) {
  const database = await fresh()
  await asAdmin(database.admin, async client => {
    await client.query('drop role if exists locked')
    await client.query(`create role locked login password '${password}'`)
  })
  const as = (user: string, secret: string) => {
    const url = new URL(database.address)
    return Object.assign(url, { username: user, password: secret }).href
  }
  return { ...database, as }
}

/** A table of two counters, and another program that has them open. */
async function counters(options: { waitFor?: number } = {}) {
  const database = await fresh()
  const db: Database = await storage.open(`${database.address}?schema=c`, { create: true, ...options })
  await db.change(async write => {
    const columns = ['id', 'n'].map(name => ({ name, type: 'int' as const }))
    await write.schema.createOwnTable({ name: 'counter', columns, key: ['id'] })
    await write.run(sql`insert into counter values (1, 0), (2, 0)`)
  })
  const program = (text: string) =>
    asAdmin(database.admin, async client => {
      await client.query('set search_path = c')
      await client.query(text)
    })
  return {
    database,
    db,
    program,
    counted: async () =>
      (await db.snapshot(read => read.row(sql<{ n: number }>`select n from counter where id = ${1}`)))?.n,
    /** @param text leaves a transaction open while `work` is done */
    meanwhile: <T>(text: string, work: () => Promise<T>) =>
      asAdmin(database.admin, async client => {
        await client.query('set search_path = c')
        await client.query(text)
        return work()
      }),
    endConnections: () =>
      program(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where application_name = 'homecoming' and datname = current_database()`),
    async [Symbol.asyncDispose]() {
      await db.close()
      await database[Symbol.asyncDispose]()
    },
  }
}
