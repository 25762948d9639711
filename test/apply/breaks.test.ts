/** SPEC 6, "Same number, same bytes", and SPEC 10: a side that went back in time is recognised, and nothing is applied. */
import { copyFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Laptop, Office } from '../support/office.ts'
import {
  copyOf,
  laptopReads,
  laptopSends,
  linkOf,
  officeReads,
  officeSends,
  openNotebook,
  packetNames,
  packetsOf,
} from '../support/steps.ts'

const titles = async ({ desk }: Office | Laptop): Promise<string[]> =>
  (await desk.rows(sql<{ title: string }>`select title from book order by book_id`)).map(row => row.title)

test('an office restored from an older copy recognises the break and applies nothing', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const old = await copyOf(office.site, office.clock)
  await ee.desk.update('book', 1, { title: 'before the restore' })
  await ee.exchange()
  await ee.desk.update('book', 1, { title: 'after the restore' })
  await laptopSends(ee)
  const read = await officeReads(ee, old)

  expect(read).toMatchObject([{ what: 'waiting', code: 'LINK_REJOINING' }])
  const rows = await old.db.snapshot(at => at.rows(sql`select title from book where book_id = 1`))
  expect(rows).toEqual([{ title: 'Ships' }])
  await old.db.close()
})

test('a laptop that hears from an office restored from an older copy recognises the break and applies nothing', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.desk.update('book', 2, { title: 'first life' }, 1)
  const link = await linkOf(ee)
  await officeSends(ee)
  const [name] = (await packetNames(ee)).filter(one => one.endsWith('.dwn'))
  await rename(join(packetsOf(ee), name!), join(ee.folder, 'kept'))
  await office.sql(
    `update hc_link set out_number = ${link.out_number}, cut_position = ${link.cut_position} where link_id = ${link.link_id}`,
  )
  await office.sql(`delete from hc_packet where outgoing = 1 and number > ${link.out_number}`)
  await office.desk.update('book', 2, { title: 'second life' }, 1)
  await officeSends(ee)
  await rename(join(packetsOf(ee), name!), join(ee.folder, 'other'))
  await copyFile(join(ee.folder, 'kept'), join(packetsOf(ee), name!))
  expect(await laptopReads(ee)).toMatchObject([{ what: 'applied' }])
  await copyFile(join(ee.folder, 'other'), join(packetsOf(ee), name!))

  expect(await laptopReads(ee)).toMatchObject([{ what: 'quarantined', code: 'LINK_REJOINING' }])
  expect(await titles(ee)).toEqual(['Ships', 'first life'])
})

test('a cloned laptop that uses a number again is recognised, and nothing of it is applied', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const twin = await copyOf(ee.site, office.clock)
  await ee.desk.update('book', 1, { title: 'by the laptop' })
  await laptopSends(ee)
  await officeReads(ee)
  const { sendUp } = await import('../../src/travel/send.ts')
  const { journeyCarrier } = await import('../../src/app/wire.ts')
  await twin.db.change(write => write.run(sql`update book set title = 'by the twin' where book_id = 1`))
  await sendUp(twin, journeyCarrier(twin, join(ee.folder, 'twin'), twin.identity))
  const [name] = await packetNames(ee, 'done')
  const up = (await packetNames(ee, 'done')).filter(one => one.endsWith('.up')).at(-1)!
  expect(name).toBeDefined()
  const { tripFolder } = await import('../../src/packet/names.ts')
  await copyFile(
    join(ee.folder, 'twin', tripFolder(twin.identity.name, twin.identity.tag), up),
    join(packetsOf(ee), up),
  )

  expect(await officeReads(ee)).toMatchObject([{ name: up, what: 'quarantined', code: 'LINK_REJOINING' }])
  expect(await titles(office)).toEqual(['by the laptop', 'Stars'])
  await twin.db.close()
})

test('a packet of a chain that does not fit is a break, even where its number is the next', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.sql(`update hc_link set in_hash = zeroblob(32) where link_id = 1`)
  await ee.desk.update('book', 1, { title: 'new' })
  await laptopSends(ee)

  expect(await officeReads(ee)).toMatchObject([{ what: 'quarantined', code: 'LINK_REJOINING' }])
  expect(await titles(office)).toEqual(['Ships', 'Stars'])
})

test('the same packet once more is acknowledged again and changes nothing', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'once', owner_id: 2 })
  await laptopSends(ee)
  await officeReads(ee)
  const up = (await packetNames(ee, 'done')).filter(one => one.endsWith('.up')).at(-1)!
  await copyFile(join(packetsOf(ee), 'done', up), join(packetsOf(ee), up))

  expect(await officeReads(ee)).toMatchObject([{ name: up, what: 'repeated' }])
  expect((await linkOf(ee)).owes_ack).toBe(1)
  expect(await titles(office)).toEqual(['Ships', 'Stars', 'once'])
})
