/** SPEC 9, "One of two": a merge is an alias old -> kept, told once and followed for good. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { conflicts, held } from '../../src/app/look.ts'
import { Collisions } from '../../src/apply/collisions.ts'
import { earlyAmong } from '../../src/apply/early-aliases.ts'
import { ParentIds } from '../../src/apply/parent-ids.ts'
import type { UpContext } from '../../src/apply/up-context.ts'
import type { Site } from '../../src/log/site.ts'
import { keyOf } from '../../src/log/version.ts'
import { linkByTag } from '../../src/packet/link.ts'
import { decideHeld } from '../../src/travel/held.ts'
import { verify } from '../../src/travel/verify.ts'
import { openOffice } from '../support/office.ts'
import { laptopReads, laptopSends, officeReads, officeSends, openNotebook } from '../support/steps.ts'
import { crmWorld } from '../support/worlds/crm-world.ts'

test('two entries of one name that were made apart become one, and whoever uses the one uses the other', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const kept = await office.desk.insert('topic', { title: 'rivers' }, 1)
  const own = await ee.desk.insert('topic', { title: 'rivers' })
  const book = await ee.desk.insert('book', { title: 'Nile', owner_id: 2, topic_id: own })
  await ee.exchange()

  expect(await office.desk.rows(sql`select topic_id from topic where title = 'rivers'`)).toEqual([
    { topic_id: kept },
  ])
  expect(await ee.desk.get('book', book)).toMatchObject({ topic_id: kept })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('a merge is told once: when all have heard of it there is nothing more to say', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.desk.insert('topic', { title: 'rivers' }, 1)
  await ee.exchange()
  await ee.desk.insert('topic', { title: 'seas' })
  await office.desk.insert('topic', { title: 'seas' }, 1)
  await ee.exchange()

  expect(await laptopSends(ee)).toEqual([])
  expect(await officeSends(ee)).toEqual([])
})

test('a reference to a merged record follows, however late it comes and however often it was merged on', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await office.desk.insert('topic', { title: 'rivers' }, 1)
  const own = await ee.desk.insert('topic', { title: 'rivers' })
  await laptopSends(ee)
  await ee.desk.insert('book', { title: 'Nile', owner_id: 2, topic_id: own })
  await officeReads(ee)
  await jo.exchange()
  const [rivers] = await jo.desk.rows(
    sql<{ id: number }>`select topic_id as id from topic where title = 'rivers'`,
  )
  await office.desk.insert('topic', { title: 'streams' }, 1)
  office.clock.pass(60)
  await jo.desk.update('topic', rivers!.id, { title: 'streams' })
  await jo.exchange()
  await ee.exchange()
  await jo.exchange()

  const [streams] = await office.desk.rows(
    sql<{ id: number }>`select topic_id as id from topic where title = 'streams'`,
  )
  expect(await office.desk.rows(sql`select topic_id from book where title = 'Nile'`)).toEqual([
    { topic_id: streams!.id },
  ])
  for (const laptop of [ee, jo]) expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
})

test('an edit of a record that disappears in a merge is kept in the journal', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.desk.insert('topic', { title: 'rivers' }, 1)
  office.clock.pass(60)
  await office.desk.update('topic', 1, { title: 'oceans' }, 1)
  office.clock.pass(60)
  await ee.desk.update('topic', 1, { title: 'rivers' })
  await ee.exchange()

  expect(await office.desk.get('topic', 1)).toBeUndefined()
  const mine = (await conflicts(office.site)).map(
    conflict => conflict.fields.find(f => f.field === 'title')?.mine,
  )
  expect(mine).toContain('oceans')
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('two edits of one packet that end on one record after a merge are judged one after the other', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const kept = await office.desk.insert('topic', { title: 'rivers' }, 1)
  await officeSends(ee)
  const own = await ee.desk.insert('topic', { title: 'rivers' })
  await laptopSends(ee)
  await officeReads(ee)
  office.clock.pass(60)
  await ee.desk.update('topic', own, { title: 'brooks' })
  await laptopReads(ee)
  expect(await ee.desk.get('topic', kept)).toMatchObject({ title: 'rivers' })
  office.clock.pass(60)
  await ee.desk.update('topic', own, { title: 'becks' })
  office.clock.pass(60)
  await ee.desk.update('topic', kept, { title: 'canals' })
  await ee.exchange()
  const mine = (await conflicts(office.site)).map(
    conflict => conflict.fields.find(f => f.field === 'title')?.mine,
  )

  expect(await office.desk.get('topic', kept)).toMatchObject({ title: 'canals' })
  expect(mine).toContain('becks')
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
  const { account } = await ee.comeHome()
  expect(account.made).toBe(account.merged + account.overruled + account.applied)
})

test('a reference to a merged record that is made after the merge is put right at its author too', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const kept = await office.desk.insert('topic', { title: 'rivers' }, 1)
  const own = await ee.desk.insert('topic', { title: 'rivers' })
  await ee.exchange()
  const book = await ee.desk.insert('book', { title: 'from an open form', owner_id: 2, topic_id: own })
  await ee.exchange()

  expect(await ee.desk.get('book', book)).toMatchObject({ topic_id: kept })
  expect(await conflicts(office.site)).toHaveLength(1)
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})

test('where a merge makes two records below it the same, they become one too, at both ends', async () => {
  await using office = await openOffice({
    dictionary: crmWorld.dictionary,
    fill: site => crmWorld.fill(site),
  })
  const interest = (cinterest_idx: number) => ({ contact_id: 1, cinterest_idx })
  await office.desk.insert('contactinterest', interest(1), 1)
  await office.desk.insert('contactinterest', interest(2), 1)
  const ee = await office.leave('ee')
  await office.desk.update('contint', 1, { name: 'outdoor' }, 1)
  office.clock.pass(60)
  await ee.desk.update('contint', 2, { name: 'outdoor' })
  await ee.exchange()

  expect(await office.desk.rows(sql`select cinterest_idx as i from contactinterest`)).toEqual([{ i: 1 }])
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true, differences: [] })
})

test('in the history a record that was merged is an edit of the one that was kept, and no second beginning of it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const kept = await office.desk.insert('topic', { title: 'rivers' }, 1)
  office.clock.pass(60)
  await ee.desk.insert('topic', { title: 'rivers' })
  await ee.exchange()

  const history = sql`select type, associate_id as who from traveltransactionlog
    where tablenumber = 102 and record_id = ${kept} order by 1`
  expect(await office.desk.rows(history)).toEqual([
    { type: 4352, who: 1 },
    { type: 4608, who: 2 },
  ])
})

test('a merge that is decided when what waited is tried again is told once, too', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.sql(
    `create trigger app_strict before insert on topic begin select raise(abort, 'not now'); end`,
  )
  const own = await ee.desk.insert('topic', { title: 'rivers' })
  await laptopSends(ee)
  await officeReads(ee)
  await office.sql('drop trigger app_strict')
  const kept = await office.desk.insert('topic', { title: 'rivers' }, 1)
  const [waiting] = await held(office.site)
  expect(await decideHeld(office.site, waiting!.id, 'retry')).toBe('merged')
  await ee.exchange()

  expect(await ee.desk.get('topic', own)).toBeUndefined()
  expect(await ee.desk.get('topic', kept)).toMatchObject({ title: 'rivers' })
  expect(await officeSends(ee)).toEqual([])
  await ee.exchange()
  expect(await officeSends(ee)).toEqual([])
})

/** As two ends do that merge the same records apart, and hear of each other's merges one after the other. */
const mergeTopics = (office: Site, merges: readonly (readonly [old: number, kept: number])[]) =>
  office.db.change(async write => {
    const topic = office.dictionary.tableByNumber(102)!
    const collisions = new Collisions(write, office.dictionary)
    for (const [index, [old, kept]] of merges.entries()) await collisions.merge(topic, old, kept, index + 1)
  })

const CIRCLES = {
  'two records that were each merged into the other': [
    [11, 12],
    [12, 11],
  ],
  'three that were merged in a ring': [
    [11, 12],
    [12, 13],
    [13, 11],
  ],
} as const

for (const [what, merges] of Object.entries(CIRCLES))
  test(`the names of ${what} lead to the one that was kept last, and not in a circle`, async () => {
    await using office = await openNotebook()
    const ee = await office.leave('ee')
    await mergeTopics(office.site, merges)
    const kept = merges.at(-1)![1]

    const names = await office.desk.rows(
      sql<{ kept_id: number }>`select old_id, kept_id from hc_alias order by 1`,
    )
    expect(names.map(({ kept_id }) => kept_id)).toEqual(merges.slice(1).map(() => kept))
    const topic = office.site.dictionary.tableByNumber(102)!
    await office.site.db.change(async write => {
      const link = await linkByTag(write, ee.site.identity.tag)
      const ids = await ParentIds.read(write, office.site.dictionary, link!)
      for (const [old] of merges) expect(ids.record(topic, old)).toBe(kept)
    })
  })

test('what was merged below a record of which the other one is not here waits with it, out of however many merges', async () => {
  await using office = await openNotebook()
  const { dictionary } = office.site
  const [book, note] = [dictionary.table('book'), dictionary.table('note')]
  const below = (ids: number[]) => ids.map(old => ({ table: note, old, kept: old + 1_000_000 }))
  const others = Array.from({ length: 20_000 }, (_, index) => index + 10)
  const merges = [{ table: book, old: 1, kept: 99 }, ...below([1]), ...below(others), ...below([2, 3])]
  const early = await office.site.db.change(async write => {
    await write.run(sql`insert into note (note_id, book_id) select note_id + 1000000, 2 from note`)
    return earlyAmong({ write, dictionary } as UpContext, merges)
  })

  expect(early).toEqual(new Set([keyOf(book.number, 1), keyOf(note.number, 1), keyOf(note.number, 3)]))
})
