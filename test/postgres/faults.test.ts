/**
 * The line to the server is cut, or the server killed, at steps all over building, leaving, exchanging and coming home.
 * The same command again goes on from there: nothing is lost, and nothing is there twice.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { machine } from '../../src/app/wire.ts'
import { HomecomingError } from '../../src/core/errors.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { activate } from '../../src/travel/activate.ts'
import { createCentral } from '../../src/travel/create.ts'
import { openSite } from '../../src/travel/open.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { Desk, Laptop, Office, TestClock } from '../support/office.ts'
import { type Cut, Line } from '../support/postgres-line.ts'
import {
  type Killed,
  ownServer,
  type PostgresServer,
  postgresServer,
  testDatabase,
} from '../support/postgres-server.ts'

const [PART = 1, PARTS = 1] = (process.env.HOMECOMING_TEST_PART ?? '1/1').split('/').map(Number)
/** Milliseconds for a test. */
const TIME = process.env.HOMECOMING_TEST_STRIDE ? 3_600_000 : 60_000

const HOWS: readonly Cut[] = ['before', 'after']
const KILLED: readonly Killed[] = ['backend', 'server']

test.each(HOWS)(
  'an exchange that is cut off %s a statement is done as a whole by the next',
  async how => {
    await using scene = await travelling()
    const { office, line } = scene
    const ee = await office.leave('ee')
    let edits = 0

    for (const at of everyStatement(37)) {
      edits++
      const made = await ee.desk.insert('book', { title: `book ${edits}`, owner_id: 2 })
      await ee.desk.insert('note', { book_id: made, text: `of book ${edits}` })
      await ee.desk.update('book', 1, { title: `ee ${edits}` })
      await office.desk.update('note', 2, { text: `office ${edits}` })
      office.clock.pass(60)

      line.cutAt(at, how)
      const error = await refusalOf(() => ee.exchange())
      const wasCut = line.heal()
      await ee.exchange()

      expect(error === undefined || LOST.has(error.code)).toBe(true)
      expect(await agreed(office, ee)).toMatchObject({
        books: 2 + edits,
        notes: 3 + edits,
        title: `ee ${edits}`,
        text: `office ${edits}`,
        conflicts: 0,
        same: true,
      })
      if (!wasCut) break
    }
    expect(edits).toBeGreaterThan(4)
  },
  TIME,
)

test.each(HOWS)(
  'building, leaving and coming home go on where they were cut off %s a statement',
  async how => {
    await using scene = await travelling()
    const { office, line } = scene
    const trips: string[] = []

    for (const at of everyStatement(37)) {
      let wasCut = false
      const until = async <T>(work: () => Promise<T>, again: (error: unknown) => Promise<T> = work) => {
        line.cutAt(at, how)
        try {
          return await work()
        } catch (error) {
          if (!(error instanceof HomecomingError) || !LOST.has(error.code)) throw error
          line.heal()
          return await again(error)
        } finally {
          wasCut = line.heal() || wasCut
        }
      }
      await until(() => buildPrototype(office.site, 0))
      const folder = join(office.folder, `trip-${at}`)
      const leave = () => office.leave('ee', { folder })
      const ee = await until(leave, () => leave().catch(error => left(error, office, folder)))
      trips.push(`trip ${at}`)
      await ee.desk.insert('book', { title: `trip ${at}`, owner_id: 2 })
      const home = await until(() => ee.comeHome())

      expect(home).toBeTruthy()
      expect((await titles(office)).filter(title => title.startsWith('trip')).sort()).toEqual(trips.sort())
      if (!wasCut) break
    }
    expect(trips.length).toBeGreaterThan(4)
  },
  TIME,
)

test.each(KILLED)(
  'under an exchange a %s is killed: all that was committed is there, and nothing twice',
  async which => {
    const server = await ownServer()
    await using scene = await travelling(server)
    const { office, line } = scene
    const ee = await office.leave('ee')
    let edits = 0

    for (const at of everyStatement(157)) {
      edits++
      await ee.desk.insert('book', { title: `book ${edits}`, owner_id: 2 })
      await ee.desk.update('book', 1, { title: `ee ${edits}` })
      await office.desk.update('note', 2, { text: `office ${edits}` })
      office.clock.pass(60)

      let killed: Promise<void> | undefined
      line.cutAt(at, () => {
        killed = server.kill(which)
      })
      const error = await refusalOf(() => ee.exchange())
      line.heal()
      await killed
      await ee.exchange()

      expect(error === undefined || LOST.has(error.code)).toBe(true)
      expect(await agreed(office, ee)).toMatchObject({
        books: 2 + edits,
        title: `ee ${edits}`,
        text: `office ${edits}`,
        conflicts: 0,
        same: true,
      })
      if (!killed) break
    }
    expect(edits).toBeGreaterThan(2)
  },
  TIME,
)

const LOST = new Set(['CONNECTION_LOST', 'DATABASE_UNREACHABLE'])

/**
 * Which statements of an exchange meet a fault; coprime to what repeats, so that they are others each time. All of them
 * take half an hour: HOMECOMING_TEST_STRIDE=1, and HOMECOMING_TEST_PART=2/4 for the second quarter of those.
 */
function* everyStatement(usual: number): Generator<number> {
  const stride = Number(process.env.HOMECOMING_TEST_STRIDE ?? usual)
  for (let at = 1 + (PART - 1) * stride; ; at += PARTS * stride) yield at
}

/** A central database behind a line that can be cut. */
async function travelling(on: PostgresServer | undefined = undefined) {
  const database = await testDatabase(on ?? (await postgresServer()))
  const folder = await mkdtemp(join(tmpdir(), 'homecoming-test-'))
  const { line, address } = await Line.to(
    `${database.address}?schema=Office&home=${folder}/central.homecoming`,
  )
  const clock = new TestClock()
  const tools = machine({ clock })
  await createCentral(tools, { path: address, dictionary: notebook, defaultAssociate: 1 })
  const site = await openSite(tools, { path: address })
  await fillNotebook(site)
  await activate(site)
  await buildPrototype(site, 0)
  const office = new Office(folder, clock, site)
  return {
    office,
    line,
    async [Symbol.asyncDispose]() {
      for (const laptop of office.laptops) await laptop.close()
      await office.site.db.close()
      await line[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

async function refusalOf(work: () => Promise<unknown>): Promise<HomecomingError | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof HomecomingError) return error
    throw error
  }
}

/** Cut off in the first exchange, the person has left already: with a copy that is whole. */
async function left(error: unknown, office: Office, folder: string): Promise<Laptop> {
  if (!(error instanceof HomecomingError) || error.code !== 'ALREADY_AWAY') throw error
  const place = { path: join(folder, 'travel.db'), keyFile: join(folder, 'travel.key') }
  const laptop = new Laptop(
    office,
    new Desk(await openSite(machine({ clock: office.clock }), place), office.clock),
    folder,
  )
  office.laptops.push(laptop)
  return laptop
}

const titles = async (office: Office): Promise<string[]> =>
  (await office.desk.rows(sql<{ title: string }>`select title from book`)).map(({ title }) => title)

async function agreed(office: Office, laptop: Laptop) {
  const [counts] = await office.desk.rows(sql<{ books: number; notes: number; conflicts: number }>`
    select (select count(*) from book) as books, (select count(*) from note) as notes,
      (select count(*) from hc_conflict) as conflicts`)
  const { same } = await verify(office.site, laptop.site)
  return {
    ...counts,
    same,
    title: (await office.desk.get('book', 1))?.title,
    text: (await laptop.desk.get('note', 2))?.text,
  }
}
