/** SPEC 6 and 10: what waits at the office when its laptop is put back, and forgets that it had sent it. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import type { Site } from '../../src/log/site.ts'
import { accountOf, ownAccount } from '../../src/travel/ledger.ts'
import { differences } from '../../src/travel/same.ts'
import { verify } from '../../src/travel/verify.ts'
import { sqlAt } from '../support/application.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, type Office, openOffice } from '../support/office.ts'
import { byPackets, linkOf } from '../support/steps.ts'
import { backupOf, restore } from './copies.ts'

type Book = Record<string, string | number>

const open = (fieldLevel: readonly string[]) =>
  openOffice({ dictionary: notebook, fill: fillNotebook, fieldLevel })

const held = sql<{ record: number }>`select record_id as record from hc_held`

/** Refuses books with this title. */
const strict = (site: Site): Promise<unknown> =>
  sqlAt(
    site,
    `create trigger app_strict before insert on book when new.title = 'rude' begin select raise(abort, 'no'); end`,
  )

test.each([
  ['before the copy was made', true],
  ['after that', false],
])(
  'a new record that the office refused, and that its author had made %s, comes to the laptop that was put back when the office takes it',
  async (_, before) => {
    await using office = await open([])
    let ee = await office.leave('ee')
    await strict(office.site)
    if (before) await ee.desk.insert('book', { title: 'rude' })
    const backup = backupOf(ee)
    if (!before) await ee.desk.insert('book', { title: 'rude' })
    await ee.exchange()
    ee = await restore(ee, backup)
    await ee.desk.insert('book', { title: 'later' })
    for (let round = 0; round < 3; round++) await ee.exchange()
    await sqlAt(office.site, 'drop trigger app_strict')
    await ee.desk.insert('book', { title: 'later still' })
    for (let round = 0; round < 3; round++) await ee.exchange()

    const books = sql<{ title: string }>`select title from book order by title`
    for (const { desk } of [office, ee])
      expect((await desk.rows(books)).map(({ title }) => title)).toEqual([
        'Ships',
        'Stars',
        'later',
        'later still',
        'rude',
      ])
    expect(await office.desk.rows(held)).toEqual([])
    expect((await verify(office.site, ee.site)).differences).toEqual([])
    expect([...(await differences(office.site)), ...(await differences(ee.site))]).toEqual([])
  },
)

/** What happens at the office before the laptop is put back to before it had sent the new record. */
const MEANWHILE: Record<string, (office: Office, ee: Laptop, book: number) => Promise<unknown>> = {
  'still waits': async () => {},
  'was taken later': async ({ site }, ee) => {
    await sqlAt(site, 'drop trigger app_strict')
    await ee.desk.insert('note', { book_id: 2, text: 'something else' })
    await ee.exchange()
  },
  'was taken with a later edit': async ({ clock }, ee, book) => {
    clock.pass(60)
    await ee.desk.update('book', book, { title: 'polite' })
    await ee.exchange()
  },
}

test.each(
  Object.keys(MEANWHILE).flatMap(meanwhile =>
    ['made in one go', 'edited before it was sent', 'made by a slow clock'].map(
      how => [how, meanwhile] as const,
    ),
  ),
)(
  'a new record, %s, that the office had refused at first, and that %s, is known as the one that its laptop has again',
  async (how, meanwhile) => {
    await using office = await open([])
    let ee = await office.leave('ee')
    await strict(office.site)
    office.clock.pass(60)
    if (how === 'made by a slow clock') ee.desk.skew = -3_600
    const book = await ee.desk.insert('book', { title: 'rude' })
    office.clock.pass(60)
    if (how === 'edited before it was sent') await ee.desk.update('book', book, { owner_id: 3 })
    const backup = backupOf(ee)
    await ee.exchange()
    expect(await office.desk.rows(held)).toHaveLength(1)
    await MEANWHILE[meanwhile]!(office, ee, book)
    ee = await restore(ee, backup)
    await ee.desk.insert('book', { title: 'later' })
    for (let round = 0; round < 3; round++) await ee.exchange()
    if (meanwhile === 'still waits') await sqlAt(office.site, 'drop trigger app_strict')
    await ee.desk.insert('book', { title: 'later still' })
    for (let round = 0; round < 3; round++) await ee.exchange()

    const books = sql<{ title: string }>`select title from book where title in ('rude', 'polite')`
    for (const { desk } of [office, ee]) expect(await desk.rows(books)).toHaveLength(1)
    expect(await office.desk.rows(held)).toEqual([])
    expect((await verify(office.site, ee.site)).differences).toEqual([])
  },
)

test.each([
  ['before the office takes it', true],
  ['with the packet in which the office takes it', false],
])(
  'what waits of a laptop’s lost life, and is joined by an edit of the laptop’s %s, comes to the laptop',
  async (_, before) => {
    await using office = await open(['book'])
    let ee = await office.leave('ee')
    await ee.exchange()
    await sqlAt(
      office.site,
      `create trigger app_strict before update on book when new.title = 'rude' begin select raise(abort, 'no'); end`,
    )
    const backup = backupOf(ee)
    office.clock.pass(60)
    await ee.desk.update('book', 1, { title: 'rude' })
    await ee.exchange()
    office.clock.pass(60)
    ee = await restore(ee, backup)
    if (before) await ee.desk.update('book', 1, { owner_id: 3 })
    else await ee.desk.insert('note', { book_id: 2, text: 'something else' })
    for (let round = 0; round < 3; round++) await byPackets(ee)
    await sqlAt(office.site, 'drop trigger app_strict')
    if (before) await ee.desk.insert('note', { book_id: 2, text: 'something else' })
    else await ee.desk.update('book', 1, { owner_id: 3 })
    await byPackets(ee)

    for (const { desk } of [office, ee])
      expect(await desk.get('book', 1)).toMatchObject({ title: 'rude', owner_id: 3 })
    expect(await ee.desk.rows(sql`select * from hc_difference`)).toEqual([])
  },
)

const BOTH: Book = { title: 'rude', owner_id: 3 }

interface Loss {
  readonly what: string
  readonly fieldLevel: string[]
  /** What the office refuses for now. */
  readonly refuses?: string
  readonly earlier: readonly Book[]
  /** undefined: it deletes the book */
  readonly later: Book | undefined
  readonly stands: Book | undefined
  readonly lost: string[]
  readonly account: Record<string, number>
}

test.each<Loss>([
  {
    what: 'an edit of the whole record',
    fieldLevel: [],
    earlier: [BOTH],
    later: { title: 'Boats' },
    stands: { title: 'Boats', owner_id: 2 },
    lost: ['title', 'owner_id'],
    account: { applied: 2, overruled: 1 },
  },
  {
    what: 'an edit of the same field',
    fieldLevel: ['book'],
    earlier: [{ title: 'rude' }],
    later: { title: 'Boats' },
    stands: { title: 'Boats', owner_id: 2 },
    lost: ['title'],
    account: { applied: 2, overruled: 1 },
  },
  {
    what: 'an edit of one of its fields',
    fieldLevel: ['book'],
    earlier: [BOTH],
    later: { title: 'Boats' },
    stands: { title: 'Boats', owner_id: 3 },
    lost: ['title'],
    account: { applied: 2, merged: 1 },
  },
  {
    what: 'an edit of one of its fields, and both wait',
    fieldLevel: ['book'],
    refuses: 'new.owner_id = 3',
    earlier: [BOTH],
    later: { title: 'Boats' },
    stands: { title: 'Boats', owner_id: 3 },
    lost: ['title'],
    account: { applied: 2, merged: 1 },
  },
  {
    what: 'an edit that says the same of one of its fields',
    fieldLevel: ['book'],
    earlier: [BOTH],
    later: { owner_id: 3 },
    stands: BOTH,
    lost: [],
    account: { applied: 3 },
  },
  {
    what: 'an edit of what was edited twice in that life',
    fieldLevel: [],
    earlier: [{ title: 'rude' }, BOTH],
    later: { title: 'Boats' },
    stands: { title: 'Boats', owner_id: 2 },
    lost: ['title', 'owner_id'],
    account: { applied: 2, overruled: 2 },
  },
  {
    what: 'a deletion',
    fieldLevel: ['book'],
    earlier: [{ title: 'rude' }],
    later: undefined,
    stands: undefined,
    lost: ['book_id', 'title', 'owner_id', 'topic_id'],
    account: { applied: 2, overruled: 1 },
  },
])(
  'of what waits of a laptop’s lost life, $what by the laptop, which has not heard of it, leaves an entry in the journal',
  async ({ fieldLevel, refuses = `new.title = 'rude'`, earlier, later, stands, lost, account }) => {
    await using office = await open(fieldLevel)
    let ee = await office.leave('ee')
    await ee.exchange()
    await sqlAt(
      office.site,
      `create trigger app_strict before update on book when ${refuses} begin select raise(abort, 'no'); end`,
    )
    const backup = backupOf(ee)
    for (const book of earlier) {
      office.clock.pass(60)
      await ee.desk.update('book', 1, book)
      await ee.exchange()
    }
    office.clock.pass(60)
    ee = await restore(ee, backup)
    await (later ? ee.desk.update('book', 1, later) : ee.desk.delete('book', 1))
    for (let round = 0; round < 3; round++) await byPackets(ee)
    await sqlAt(office.site, 'drop trigger app_strict')
    await ee.desk.insert('note', { book_id: 2, text: 'something else' })
    for (let round = 0; round < 2; round++) await byPackets(ee)

    const { link_id } = await linkOf(ee)
    const accounts = [
      await office.site.db.snapshot(read => accountOf(read, link_id)),
      await ee.site.db.snapshot(ownAccount),
    ]
    for (const each of accounts) expect(each).toMatchObject({ merged: 0, overruled: 0, held: 0, ...account })
    for (const { site, desk } of [office, ee]) {
      const book = await desk.get('book', 1)
      expect(book && { title: book.title, owner_id: book.owner_id }).toEqual(stands)
      expect(await desk.rows(held)).toEqual([])
      const entries = (await conflicts(site)).map(({ fields }) => fields.map(({ field }) => field))
      expect(entries).toEqual(lost.length > 0 ? [lost] : [])
    }
    expect((await verify(office.site, ee.site)).differences).toEqual([])
  },
)

test('an edit that waits, and that its laptop sends once more because it was put back to before it had sent it, loses to nobody', async () => {
  await using office = await open([])
  let ee = await office.leave('ee')
  await ee.exchange()
  await sqlAt(
    office.site,
    `create trigger app_strict before update on book when new.title = 'rude' begin select raise(abort, 'no'); end`,
  )
  await ee.desk.update('book', 1, BOTH)
  const backup = backupOf(ee)
  await ee.exchange()
  ee = await restore(ee, backup)
  for (let round = 0; round < 3; round++) await byPackets(ee)
  await sqlAt(office.site, 'drop trigger app_strict')
  await ee.desk.insert('note', { book_id: 2, text: 'something else' })
  for (let round = 0; round < 2; round++) await byPackets(ee)

  expect(await office.desk.get('book', 1)).toMatchObject(BOTH)
  expect(await conflicts(office.site)).toEqual([])
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})
