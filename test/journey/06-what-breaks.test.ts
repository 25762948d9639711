/** 6 of 7. Packets get lost, come twice, come in another order, come damaged. Nothing is lost, nothing is applied twice. */
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { verify } from '../../src/travel/verify.ts'
import type { Laptop } from '../support/office.ts'
import { laptopSends, officeReads, openNotebook, packetsOf } from '../support/steps.ts'

const titles = async ({ office }: Laptop): Promise<string[]> =>
  (await office.desk.rows(sql<{ title: string }>`select title from book order by 1`)).map(row => row.title)

/** Writes an UP with a new book in it. @returns its name */
async function sendBook(laptop: Laptop, title: string): Promise<string> {
  await laptop.desk.insert('book', { title, owner_id: 2 })
  return (await laptopSends(laptop)).at(-1)!.name
}

test('a packet that got lost is sent again, byte for byte', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const path = join(packetsOf(ee), await sendBook(ee, 'one'))
  const bytes = await readFile(path)
  await rm(path)
  await laptopSends(ee)

  expect((await readFile(path)).equals(bytes)).toBe(true)
  await officeReads(ee)
  expect(await titles(ee)).toContain('one')
})

test('a packet that comes twice is applied once', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const name = await sendBook(ee, 'one')
  await officeReads(ee)
  await copyFile(join(packetsOf(ee), 'done', name), join(packetsOf(ee), name))

  expect(await officeReads(ee)).toMatchObject([{ name, what: 'repeated' }])
  expect(await titles(ee)).toEqual(['Ships', 'Stars', 'one'])
})

test('a packet that comes too early waits for the one before it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const first = await sendBook(ee, 'one')
  await rename(join(packetsOf(ee), first), join(ee.folder, first))
  const second = await sendBook(ee, 'two')
  await rm(join(packetsOf(ee), first), { force: true })
  expect(await officeReads(ee)).toMatchObject([{ name: second, what: 'waiting' }])
  expect(await titles(ee)).toEqual(['Ships', 'Stars'])
  await rename(join(ee.folder, first), join(packetsOf(ee), first))

  expect(await officeReads(ee)).toMatchObject([
    { name: first, what: 'applied' },
    { name: second, what: 'applied' },
  ])
  expect(await titles(ee)).toEqual(['Ships', 'Stars', 'one', 'two'])
})

test('a damaged packet is put aside with a reason, nothing of it is applied, and it is sent again', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const name = await sendBook(ee, 'one')
  const path = join(packetsOf(ee), name)
  const bytes = await readFile(path)
  bytes[bytes.length - 20]! ^= 1
  await writeFile(path, bytes)

  expect(await officeReads(ee)).toMatchObject([{ name, what: 'quarantined', code: 'PACKET_DAMAGED' }])
  expect(await titles(ee)).toEqual(['Ships', 'Stars'])
  await ee.exchange()
  expect(await titles(ee)).toEqual(['Ships', 'Stars', 'one'])
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test("another person's packet in the wrong folder stops nobody", async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  const name = await sendBook(jo, 'by jo')
  await sendBook(ee, 'by ee')
  await copyFile(join(packetsOf(jo), name), join(packetsOf(ee), name))
  await officeReads(ee)

  expect(await titles(ee)).toEqual(['Ships', 'Stars', 'by ee', 'by jo'])
  await jo.exchange()
  await ee.exchange()
  for (const laptop of [ee, jo]) expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
})
