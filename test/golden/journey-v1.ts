/**
 * A journey that older programs left in the middle, and how it was made: `node test/golden/journey-v1.ts`.
 * The files are never made again once the version is released: they are what older programs wrote.
 *
 *   journey-v1/ee.up, ee.dwn   one packet of each direction with everything that frames can say (mode 2)
 *   journey-v1/jo.up           a packet of mode 0
 *   journey-v1/central.db ...  the two databases of schema version 1, closed, with unsent work on both sides and an UP
 *                              on its way. The keys beside them are no secrets: they open nothing else
 */
import { copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goOnTravel, readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { markRead } from '../../src/app/look.ts'
import { machine } from '../../src/app/wire.ts'
import { writeSetting } from '../../src/log/settings.ts'
import type { Site } from '../../src/log/site.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { activate } from '../../src/travel/activate.ts'
import { createCentral } from '../../src/travel/create.ts'
import { switchFieldLevel } from '../../src/travel/field-level.ts'
import { takeNumber } from '../../src/travel/numbers.ts'
import { openSite } from '../../src/travel/open.ts'
import { PARENT_PATH } from '../../src/travel/paths.ts'
import { setTravelRight } from '../../src/travel/people.ts'
import { seededPlatform } from '../packet/support.ts'
import { Desk, TestClock } from '../support/office.ts'

export const goldenFolder = join(import.meta.dirname, 'journey-v1')
export const goldenFile = (name: string): string => join(goldenFolder, name)

const fields = {
  person: [
    { name: 'person_id', type: 'id' },
    { name: 'login', type: 'text', length: 50, default: '' },
  ],
  topic: [
    { name: 'topic_id', type: 'id' },
    { name: 'title', type: 'text', length: 100, default: '' },
  ],
  book: [
    { name: 'book_id', type: 'id' },
    { name: 'title', type: 'text', length: 200, default: '' },
    {
      name: 'owner_id',
      type: 'id',
      default: 0,
      references: { kind: 'plain', table: 'person' },
      role: 'owner',
    },
    { name: 'topic_id', type: 'id', default: 0, references: { kind: 'plain', table: 'topic' } },
    { name: 'shelf', type: 'int32', default: 0, series: true },
  ],
  note: [
    { name: 'note_id', type: 'id' },
    { name: 'book_id', type: 'id', default: 0, references: { kind: 'plain', table: 'book', owning: true } },
    { name: 'text', type: 'text', nullable: true },
  ],
}
const both = { down: true, up: true, prototype: true, area: true }

/** The notebook model as it was then, with a numbered field: it stays as it is, whatever the tests use today. */
export const goldenDictionary = {
  name: 'notebook',
  version: 1,
  parts: { associate: { table: 'person', name: 'login' } },
  tables: [
    { name: 'person', number: 101, fields: fields.person, travels: { ...both, up: false, area: false } },
    {
      name: 'topic',
      number: 102,
      fields: fields.topic,
      travels: { ...both, area: false },
      uniqueKeys: [{ fields: ['title'], onCollision: 'merge' }],
    },
    { name: 'book', number: 103, fields: fields.book, travels: both },
    { name: 'note', number: 104, fields: fields.note, travels: both },
  ],
}

async function fill(site: Site): Promise<void> {
  await site.db.change(async write => {
    await write.insert({ table: 'person', key: ['person_id'], columns: ['login'] }, [
      [1, 'admin'],
      [2, 'ee'],
      [3, 'jo'],
    ])
    await write.insert({ table: 'topic', key: ['topic_id'], columns: ['title'] }, [[1, 'sea']])
    await write.insert({ table: 'book', key: ['book_id'], columns: ['title', 'owner_id', 'topic_id'] }, [
      [1, 'Ships', 2, 1],
      [2, 'Stars', 3, 0],
      [3, 'Maps', 2, 0],
    ])
    await write.insert({ table: 'note', key: ['note_id'], columns: ['book_id', 'text'] }, [
      [1, 1, 'keel'],
      [2, 2, 'orbit'],
      [3, 1, null],
    ])
  })
}

/** What happens on the road, then at the office; ee's packet and its answer are kept. */
async function edit(clock: TestClock, office: Desk, ee: Desk, jo: Desk): Promise<void> {
  clock.pass(60)
  await office.delete('book', 3, 1)
  clock.pass(60)
  const topic = await ee.insert('topic', { title: 'rivers' })
  const shelf = await ee.site.db.change(write => takeNumber(ee.site, write, 'book', 'shelf'))
  const book = await ee.insert('book', { title: 'Rivers', owner_id: 2, topic_id: topic, shelf })
  await ee.insert('note', { book_id: book, text: 'delta' })
  await ee.update('book', 1, { title: 'Ships and boats' })
  await ee.update('book', 3, { title: 'Sea charts' })
  await ee.update('note', 2, { text: 'orbit, seen from the deck' })
  await ee.delete('note', 3)
  await jo.update('book', 2, { owner_id: 2 })
  clock.pass(60)
  await office.insert('topic', { title: 'rivers' }, 1)
  await office.update('book', 1, { owner_id: 3 }, 1)
  await office.update('note', 2, { text: 'orbit, seen from the office' }, 3)
  clock.pass(60)
}

/** A message was read; unsent work on both sides, and an UP on its way. */
async function editAgain(clock: TestClock, office: Desk, ee: Desk): Promise<void> {
  clock.pass(3600)
  await markRead(ee.site, [1])
  await ee.update('book', 1, { title: 'Ships, boats and rafts' })
  await writeUpdates(ee.site)
  clock.pass(60)
  await ee.insert('note', { book_id: 1, text: 'sail' })
  await office.update('book', 2, { title: 'Stars and dust' }, 3)
  clock.pass(60)
}

async function makeGoldenJourney(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'golden-'))
  const clock = new TestClock()
  const tools = machine({ clock, random: seededPlatform(1).random })
  const path = join(folder, 'central.db')
  await createCentral(tools, { path, dictionary: goldenDictionary, defaultAssociate: 1 })
  const site = await openSite(tools, { path })
  await fill(site)
  await activate(site)
  await switchFieldLevel(site, 'book', true)
  await buildPrototype(site, 0)
  const leave = async (associate: string, mode: 0 | 2): Promise<Desk> => {
    await site.db.change(write => setTravelRight(site, write, associate, true))
    const journey = await goOnTravel(site, { associate, folder: join(folder, associate), mode })
    return new Desk(await openSite(tools, { path: journey.database, keyFile: journey.key }), clock)
  }
  const [office, ee, jo] = [new Desk(site, clock), await leave('ee', 2), await leave('jo', 0)]

  await edit(clock, office, ee, jo)
  await rm(goldenFolder, { recursive: true, force: true })
  await mkdir(join(goldenFolder, 'central.db.homecoming'), { recursive: true })
  const packets = { packets: join(folder, 'ee', 'packets') }
  await keepSent(ee, 'ee.up')
  await keepSent(jo, 'jo.up')
  await readUpdates(site, { ...packets, only: 'ee' })
  const [answer] = await writeUpdates(site, { ...packets, only: 'ee' })
  await copyFile(
    join(packets.packets, `ee-${ee.site.identity.tag.slice(0, 8)}`, answer!.name),
    goldenFile('ee.dwn'),
  )
  await readUpdates(ee.site)
  await editAgain(clock, office, ee)

  await ee.site.db.change(write => writeSetting(write, PARENT_PATH, 'central.db'))
  for (const desk of [office, ee, jo]) await desk.site.db.close()
  await copyFile(path, goldenFile('central.db'))
  const key = join('central.db.homecoming', 'installation.key')
  await copyFile(join(folder, key), goldenFile(key))
  const outbox = join('central.db.homecoming', 'outbox')
  await cp(join(folder, outbox), goldenFile(outbox), { recursive: true })
  await cp(join(folder, 'ee'), goldenFile('ee'), { recursive: true })
  await rm(folder, { recursive: true })
}

async function keepSent(desk: Desk, name: string): Promise<void> {
  const [sent] = await writeUpdates(desk.site)
  const { path, identity } = desk.site
  const trip = `${identity.name}-${identity.tag.slice(0, 8)}`
  await copyFile(join(path, '..', 'packets', trip, sent!.name), goldenFile(name))
}

if (process.argv[1] === import.meta.filename) await makeGoldenJourney()
