/** Whoever made an edit hears what became of it, wherever they are when it is decided. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts, held, inbox, markRead } from '../../src/app/look.ts'
import type { Site } from '../../src/log/site.ts'
import { decideHeld } from '../../src/travel/held.ts'
import { prune } from '../../src/travel/prune.ts'
import { sqlAt } from '../support/application.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, type Office, openOffice } from '../support/office.ts'
import { openNotebook } from '../support/steps.ts'

const DAY = 86_400

/** jo's later edit of book 1, made on the road. */
async function overruledBy(jo: Laptop, office: Office): Promise<void> {
  office.clock.pass(60)
  await jo.desk.update('book', 1, { title: `by jo at ${office.clock.now()}` })
  await jo.exchange()
}

/** ee edits book 1 on a journey and comes home; jo, who did not see it, edits it later. */
async function homeAndOverruled(office: Office): Promise<void> {
  const jo = await office.leave('jo')
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'by ee' })
  await ee.comeHome()
  await overruledBy(jo, office)
  await jo.comeHome()
}

test('an edit of somebody who is home, overruled afterwards, is in the inbox with what was lost', async () => {
  await using office = await openNotebook()
  await homeAndOverruled(office)

  const [message, ...more] = await inbox(office.site, { who: 'ee' })
  expect(more).toEqual([])
  expect(message).toMatchObject({ table: 'book', record: 1, was: 'applied', verdict: 'overruled' })
  const [lost] = await conflicts(office.site, { who: 'ee' })
  expect(message!.conflict).toBe(lost!.id)
  expect(await inbox(office.site, { who: 'jo' })).toEqual([])
})

test('an edit made at the office and overruled from the road is told the same way', async () => {
  await using office = await openNotebook()
  const jo = await office.leave('jo')
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'by the office' }, 1)
  await overruledBy(jo, office)

  expect(await inbox(office.site, { who: 'admin' })).toMatchObject([{ record: 1, was: 'applied' }])
})

test('a message is read once; what was read stays to be looked up, until it is old', async () => {
  await using office = await openNotebook()
  await homeAndOverruled(office)
  const [message] = await inbox(office.site, { who: 'ee' })

  expect(await markRead(office.site, [message!.id])).toBe(1)
  expect(await markRead(office.site, [message!.id])).toBe(0)
  expect(await inbox(office.site, { who: 'ee' })).toEqual([])
  expect(await inbox(office.site, { who: 'ee', all: true })).toMatchObject([{ id: message!.id }])
  await homeAndOverruled(office)
  office.clock.pass(40 * DAY)
  await prune(office.site)
  expect(await inbox(office.site, { all: true })).toMatchObject([{ read: undefined }])
})

test('who goes out again takes the unread messages along, with what was lost, and can read them there', async () => {
  await using office = await openNotebook()
  await homeAndOverruled(office)
  const ee = await office.leave('ee')

  const [message] = await inbox(ee.site)
  expect(message).toMatchObject({ table: 'book', record: 1, verdict: 'overruled' })
  expect(await conflicts(ee.site)).toMatchObject([{ id: message!.conflict, fields: [{ mine: 'by ee' }] }])
})

test('what was read on the road is read at the office after the next exchange, and does not travel again', async () => {
  await using office = await openNotebook()
  await homeAndOverruled(office)
  const ee = await office.leave('ee')
  await markRead(
    ee.site,
    (await inbox(ee.site)).map(each => each.id),
  )
  await ee.exchange()

  expect(await inbox(office.site, { who: 'ee' })).toEqual([])
  const { sent } = await ee.exchange()
  expect(sent).toEqual([])
  await ee.comeHome()
  const again = await office.leave('ee')
  expect(await inbox(again.site, { all: true })).toEqual([])
})

test('what was not read on the road still waits at home', async () => {
  await using office = await openNotebook()
  await homeAndOverruled(office)
  await (await office.leave('ee')).comeHome()

  expect(await inbox(office.site, { who: 'ee' })).toHaveLength(1)
})

test('a child marks only the messages that it was sent', async () => {
  await using office = await openNotebook()
  await homeAndOverruled(office)
  const jo = await office.leave('jo')
  await jo.site.db.change(write =>
    write.run(sql`insert into hc_inbox (message_id, read_time) values (1, 1767600000)`),
  )
  await jo.exchange()

  expect(await inbox(office.site, { who: 'ee' })).toHaveLength(1)
})

test('a loss that is told while away names the record as the laptop knows it', async () => {
  await using office = await openNotebook()
  const [jo, ee] = [await office.leave('jo'), await office.leave('ee')]
  office.clock.pass(60)
  const book = await ee.desk.insert('book', { title: 'new' })
  await ee.exchange()
  await jo.exchange()
  const [row] = await office.desk.rows(sql<{ id: number }>`select max(book_id) as id from book`)
  office.clock.pass(60)
  await ee.desk.update('book', book, { title: 'newer' })
  await ee.exchange()
  office.clock.pass(60)
  await jo.desk.update('book', row!.id, { title: 'newest' })
  await jo.exchange()
  await ee.exchange()

  expect(await inbox(ee.site)).toMatchObject([{ record: book, was: 'applied', verdict: 'overruled' }])
})

/** The office refuses rude notes. ee's rude note waits, and ee is home. */
async function homeWithHeld(): Promise<Office> {
  const strict = async (site: Site): Promise<void> => {
    await fillNotebook(site)
    await sqlAt(
      site,
      `create trigger app_strict before insert on note when new.text = 'rude'
      begin select raise(abort, 'mind your words'); end`,
    )
  }
  const office = await openOffice({ dictionary: notebook, fill: strict })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.insert('note', { book_id: 1, text: 'rude' })
  await ee.comeHome()
  return office
}

test('a held edit of somebody who is home is applied later, and the author is told', async () => {
  await using office = await homeWithHeld()
  expect(await inbox(office.site)).toEqual([])
  await office.sql('drop trigger app_strict')
  await decideHeld(office.site, (await held(office.site))[0]!.id, 'retry')

  expect(await inbox(office.site, { who: 'ee' })).toMatchObject([
    { table: 'note', was: 'held', verdict: 'applied', conflict: undefined },
  ])
})

test('a held edit that an administrator ends is told once, with what was lost', async () => {
  await using office = await homeWithHeld()
  await decideHeld(office.site, (await held(office.site))[0]!.id, 'reject')

  expect(await inbox(office.site, { who: 'ee' })).toMatchObject([
    { was: 'held', verdict: 'rejected', reason: 'constraint', conflict: 1 },
  ])
})

test('a held edit that the next packet mends is told too', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  await office.sql(`create trigger app_strict before update on book when new.title = 'rude'
      begin select raise(abort, 'mind your words'); end`)
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'rude' })
  await ee.exchange()
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'sorry' })
  await ee.exchange()

  expect(await inbox(ee.site)).toMatchObject([{ record: 1, was: 'held', verdict: 'applied' }])
})
