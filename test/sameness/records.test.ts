/** What differs is named and repaired, exactly, and nothing else travels for it. */
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { rehash } from '../../src/hashes/rehash.ts'
import type { Site } from '../../src/log/site.ts'
import { verifyDeep } from '../../src/travel/deep.ts'
import { differences } from '../../src/travel/same.ts'
import { showPacket } from '../../src/travel/show-packet.ts'
import { verify } from '../../src/travel/verify.ts'
import type { Laptop } from '../support/office.ts'
import { unlike } from '../support/sameness.ts'
import { openNotebook, packetNames, packetsOf } from '../support/steps.ts'

const silently = (site: Site, text: string): Promise<unknown> =>
  site.db.change(async write => {
    await write.capture('off')
    await write.run(sql.raw(text))
  })

const fresh = async (laptop: Laptop): Promise<void> => {
  await laptop.exchange()
  expect(await unlike(laptop.office.site, laptop.site)).toEqual([])
}

const DAMAGE = [
  ['a changed value', `update book set title = 'damaged' where book_id = 1`, 'differs'],
  ['a missing row', 'delete from book where book_id = 1', 'missing'],
  ['an extra row', `insert into book (book_id, title) values (77, 'nobody made it')`, 'extra'],
] as const

test.each(DAMAGE)(
  '%s at a laptop, behind capture, is named and repaired from the office',
  async (_, damage, what) => {
    await using office = await openNotebook()
    const ee = await office.leave('ee')
    await fresh(ee)
    await silently(ee.site, damage)

    const record = what === 'extra' ? 77 : 1
    expect(await verifyDeep(ee.site, { repair: true })).toMatchObject({
      count: 1,
      bypassed: [{ table: 'book', record, what }],
    })
    await ee.exchange()
    expect((await verify(office.site, ee.site)).same).toBe(true)
    expect(await differences(ee.site)).toMatchObject([
      { table: 'book', record, what, reason: 'not-captured', repaired: expect.any(Number) },
    ])
    expect((await differences(ee.site))[0]!.repaired).toBeGreaterThan(0)
  },
)

test.each(DAMAGE)(
  '%s at the office, behind capture, is logged as a change, and reaches everybody',
  async (_, damage, what) => {
    await using office = await openNotebook()
    const ee = await office.leave('ee')
    await fresh(ee)
    await silently(office.site, damage)

    expect((await verifyDeep(office.site, { repair: true })).bypassed).toMatchObject([
      { table: 'book', what },
    ])
    await ee.exchange()
    expect((await verify(office.site, ee.site)).same).toBe(true)
    expect(await unlike(office.site, ee.site)).toEqual([])
  },
)

/** Row and hash changed without a trace, as by a mistake of ours. */
async function mistake(site: Site, text: string): Promise<void> {
  await silently(site, text)
  await verifyDeep(site, { repair: true })
  await site.db.change(async write => {
    await write.run(sql`delete from hc_setting where name = 'sameness-asks'`)
    await write.run(sql`delete from hc_difference`)
  })
}

/** Operations in the packets that the laptop has read from the office since. */
async function operationsSince(laptop: Laptop, before: readonly string[]): Promise<number> {
  let count = 0
  for (const name of (await packetNames(laptop, 'done')).filter(
    each => each.endsWith('.dwn') && !before.includes(each),
  )) {
    const path = join(packetsOf(laptop), 'done', name)
    for (const one of (await showPacket(laptop.site.platform, path, laptop.site)).operations)
      count += one.puts + one.deletes + one.leaves
  }
  return count
}

test.each(DAMAGE)(
  '%s that no log knows of is found by the roots, walked to and repaired, and nothing else is sent',
  async (_, damage, what) => {
    await using office = await openNotebook()
    const ee = await office.leave('ee')
    await fresh(ee)
    await mistake(ee.site, damage)
    const before = await packetNames(ee, 'done')

    await ee.exchange()
    expect(await operationsSince(ee, before)).toBe(1)
    expect((await verify(office.site, ee.site)).same).toBe(true)
    const [here, there] = [await differences(ee.site), await differences(office.site)]
    expect(here).toMatchObject([{ table: 'book', what, reason: 'hash', link: -1 }])
    expect(there).toMatchObject([{ table: 'book', what, reason: 'hash' }])
    expect(here[0]!.before).toMatch(what === 'missing' ? /^$/ : /damaged|nobody/)
  },
)

test('what the office changed behind its log is brought to the laptop by the next packet with news', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await fresh(ee)
  await office.site.db.change(async write => {
    await write.capture('off')
    await write.run(sql`update note set text = 'behind the log' where note_id = 2`)
    await rehash(write, 104, sql`select 2`)
  })
  await office.desk.update('book', 2, { title: 'news' })
  const before = await packetNames(ee, 'done')

  await ee.exchange()
  expect(await operationsSince(ee, before)).toBe(2)
  expect(await ee.desk.get('note', 2)).toMatchObject({ text: 'behind the log' })
  expect((await verify(office.site, ee.site)).same).toBe(true)
})

test('an edit made meanwhile is not written over by a repair', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await fresh(ee)
  await mistake(ee.site, `update book set title = 'damaged' where book_id = 1`)
  await ee.desk.update('book', 2, { title: 'mine' })
  await ee.exchange()
  await ee.desk.update('book', 1, { title: 'mine too' })
  await ee.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'mine too' })
  expect(await office.desk.get('book', 2)).toMatchObject({ title: 'mine' })
  expect((await verify(office.site, ee.site)).same).toBe(true)
})

test('what was created on the road is compared, too', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const id = await ee.desk.insert('book', { title: 'new', owner_id: 2 })
  await fresh(ee)
  await mistake(ee.site, `update book set title = 'damaged' where book_id = ${id}`)

  await ee.exchange()
  expect(await ee.desk.get('book', id)).toMatchObject({ title: 'new' })
  expect(await differences(ee.site)).toMatchObject([{ table: 'book', record: id, what: 'differs' }])
  expect((await verify(office.site, ee.site)).same).toBe(true)
})

test('hundreds of differences are found and repaired in one exchange', async () => {
  await using office = await openNotebook()
  const rows = Array.from({ length: 3_000 }, (_, index) => [1_000 + index, `book ${index}`])
  await office.site.db.change(write =>
    write.insert({ table: 'book', key: ['book_id'], columns: ['title'] }, rows),
  )
  const ee = await office.leave('ee')
  await fresh(ee)
  await mistake(ee.site, `update book set title = 'damaged' where book_id % 5 = 0`)
  const before = await packetNames(ee, 'done')

  await ee.exchange()
  expect((await verify(office.site, ee.site)).same).toBe(true)
  expect(await operationsSince(ee, before)).toBe(600)
})
