/** A database that an application has already: its tables stay, ours come beside them and go again. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { machine } from '../../src/app/wire.ts'
import type { Site } from '../../src/log/site.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import type { Writing } from '../../src/storage/contract.ts'
import { activate, activationPlan } from '../../src/travel/activate.ts'
import { adoptCentral } from '../../src/travel/adopt.ts'
import { openSite } from '../../src/travel/open.ts'
import { remove } from '../../src/travel/remove.ts'
import { verify } from '../../src/travel/verify.ts'
import { centralAt, dropCentral } from '../support/central.ts'
import { notebook } from '../support/notebook.ts'
import { Desk, Office, TestClock } from '../support/office.ts'

const BY_THE_APPLICATION = [
  `create table person (person_id integer primary key, login varchar(50) not null default '')`,
  `create table topic (topic_id integer primary key, title varchar(100) not null default '')`,
  `create table book (book_id integer primary key, title varchar(200) not null default '', owner_id integer not null default 0, topic_id integer not null default 0)`,
  'create table stock (place varchar(20) primary key, pieces integer)',
  `insert into person values (1, 'admin'), (2, 'ee')`,
  `insert into book values (1, 'Ships', 2, 0)`,
]

/** A database of an application that knows nothing of us. */
async function used(path: string, statements: readonly string[]): Promise<void> {
  const { storage, platform } = machine()
  await storage.create(platform.files, path, db =>
    db.change(async write => {
      for (const statement of statements) await write.run(sql.raw(statement))
    }),
  )
}

class Ground implements AsyncDisposable {
  readonly folder: string
  readonly path: string
  readonly clock = new TestClock()
  site: Site | undefined

  constructor(folder: string, path: string) {
    this.folder = folder
    this.path = path
  }

  adopt = () => adoptCentral(machine({ clock: this.clock }), { path: this.path, dictionary: notebook })

  async open(): Promise<Site> {
    this.site = await openSite(machine({ clock: this.clock }), { path: this.path })
    return this.site
  }

  async look<T>(work: (write: Writing) => Promise<T>): Promise<T> {
    const db = await machine().storage.open(this.path)
    try {
      return await db.change(work)
    } finally {
      await db.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.site?.db.close()
    await dropCentral(this.path)
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function ground(statements = BY_THE_APPLICATION): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-adopt-'))
  const made = new Ground(folder, await centralAt(folder))
  await used(made.path, statements)
  return made
}

test('the tables of an application travel as they are, and those that are missing are made', async () => {
  await using at = await ground()
  expect(await at.adopt()).toEqual({ kept: ['person', 'topic', 'book'], made: ['note'] })

  const site = await at.open()
  await activate(site)
  await buildPrototype(site, 0)
  const office = new Office(at.folder, at.clock, site)
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'Ships and boats' })
  await new Desk(site, at.clock).insert('book', { title: 'Stars', owner_id: 1 }, 1)
  await ee.exchange()
  expect(await verify(site, ee.site)).toMatchObject({ same: true })
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'Ships and boats' })
  await ee.close()
})

test('what activating will make is told before, and alters no table', async () => {
  await using at = await ground()
  await at.adopt()
  const site = await at.open()
  const plan = await activationPlan(site)
  expect(plan.filter(name => !name.startsWith('hc_'))).toEqual([])
  expect(plan.length).toBeGreaterThan(10)

  const columns = () => at.look(write => write.schema.columns('book'))
  const before = await columns()
  await activate(site)
  expect(await activationPlan(site)).toEqual([])
  expect(await columns()).toEqual(before)
})

test('removed, it is the database that it was', async () => {
  await using at = await ground()
  const before = await at.look(write => write.schema.tables())
  await at.adopt()
  const site = await at.open()
  await activate(site)
  await remove(site)
  at.site = undefined

  expect(await at.look(write => write.schema.tables())).toEqual([...before, 'note'].sort())
  expect(await at.look(write => write.rows(sql`select * from book`))).toMatchObject([{ title: 'Ships' }])
})

test('a database is adopted once', async () => {
  await using at = await ground()
  await at.adopt()
  await expect(at.adopt()).rejects.toMatchObject({ code: 'DATABASE_EXISTS' })
})

test('a table that is not as the dictionary says is named, and nothing is made', async () => {
  const wrong = BY_THE_APPLICATION.map(each =>
    each.replace(
      'create table topic (topic_id integer primary key, title',
      'create table topic (topic_id integer primary key, name',
    ),
  )
  await using at = await ground(wrong)
  const before = await at.look(write => write.schema.tables())

  await expect(at.adopt()).rejects.toMatchObject({
    code: 'DICTIONARY_INVALID',
    message: expect.stringContaining('topic'),
  })
  expect(await at.look(write => write.schema.tables())).toEqual(before)
})
