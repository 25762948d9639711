/** 1 of 7. A person leaves with an encrypted copy of the office's data, and the office keeps working. */
import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { findPrototype, prototypeKey } from '../../src/prototype/build.ts'
import { readStatus } from '../../src/travel/status.ts'
import { verify } from '../../src/travel/verify.ts'
import { openNotebook, packetNames } from '../support/steps.ts'

test('who leaves takes along what the office has, also what changed since the prototype was built', async () => {
  await using office = await openNotebook()
  await office.desk.update('book', 1, { title: 'after the prototype' }, 1)
  const ee = await office.leave('ee')

  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'after the prototype' })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('who leaves with a prototype that knows everything needs no packet', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')

  expect(await packetNames(ee)).toEqual([])
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
  await office.desk.update('book', 1, { title: 'later' }, 1)
  await ee.exchange()
  expect(await ee.desk.get('book', 1)).toMatchObject({ title: 'later' })
})

test('the office sees who is away', async () => {
  await using office = await openNotebook()
  await office.leave('ee')

  expect(await readStatus(office.site)).toMatchObject({ links: [{ name: 'ee', state: 'away' }] })
})

test('a second checkout of the same person is refused while the first is out', async () => {
  await using office = await openNotebook()
  await office.leave('ee')

  await expect(office.leave('ee')).rejects.toMatchObject({ code: 'ALREADY_AWAY' })
})

test('nobody can read the travel database without its key', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const bytes = await readFile(ee.site.path)

  expect(bytes.includes('SQLite format 3')).toBe(false)
  expect(bytes.includes('Ships')).toBe(false)
})

test("the key of the prototype opens nobody's travel database", async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const prototype = (await office.site.db.snapshot(read => findPrototype(read, 0)))!
  await ee.site.db.close()

  const opening = office.site.storage.open(ee.site.path, { key: prototypeKey(office.site, prototype) })
  await expect(opening).rejects.toMatchObject({ code: 'KEY_WRONG' })
})

test('what is made on the road gets an id that nobody at the office can give out', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const here = await office.desk.insert('book', { title: 'at the office', owner_id: 1 }, 1)
  const there = await ee.desk.insert('book', { title: 'on the road', owner_id: 2 })

  expect(here).toBe(3)
  expect(there).toBe(0x7e000001)
  expect(await ee.desk.rows(sql`select count(*) as n from book`)).toEqual([{ n: 3 }])
})
