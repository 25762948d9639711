/** 5 of 7. Coming home: the last packet, an account of every edit, and the key is destroyed. */
import { existsSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finishHome, releaseHome, sealForHome } from '../../src/app/journey.ts'
import { readStatus } from '../../src/travel/status.ts'
import type { Laptop } from '../support/office.ts'
import { openNotebook, packetNames, packetsOf } from '../support/steps.ts'

const askOffice = ({ office, site, folder }: Laptop) =>
  releaseHome(office.site, { name: site.identity.name, tag: site.identity.tag }, join(folder, 'packets'))

test('who comes home hears what became of every edit', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.update('book', 1, { title: 'loses' })
  await ee.desk.update('note', 2, { text: 'stays' })
  await ee.desk.insert('book', { title: 'Rivers', owner_id: 2 })
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'wins' }, 1)
  const { account } = await ee.comeHome()

  expect(account).toMatchObject({ made: 3, created: 1, applied: 2, overruled: 1, rejected: 0, unanswered: 0 })
})

test('who is home again is not away, and the key of the laptop is gone', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.comeHome()

  expect(existsSync(join(ee.folder, 'travel.key'))).toBe(false)
  expect(await readStatus(office.site)).toMatchObject({ links: [{ name: 'ee', state: 'home' }] })
})

test('after the last packet the laptop refuses edits', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await sealForHome(ee.site)

  await expect(ee.desk.update('book', 1, { title: 'too late' })).rejects.toThrow()
})

test('without the answer of the office the key is kept, and the same again goes on', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee' })
  await sealForHome(ee.site)
  await expect(finishHome(ee.site)).rejects.toMatchObject({ code: 'RELEASE_MISSING' })
  expect(existsSync(join(ee.folder, 'travel.key'))).toBe(true)

  expect((await ee.comeHome()).account).toMatchObject({ made: 1, applied: 1 })
})

test('the last packet once more is answered with "you are home", and applied once', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'once', owner_id: 2 })
  const [last] = await sealForHome(ee.site)
  expect(await askOffice(ee)).toMatchObject({ home: true, received: [{ what: 'applied' }] })
  const answer = (await packetNames(ee)).at(-1)!
  await rm(join(packetsOf(ee), answer))
  await copyFile(join(packetsOf(ee), 'done', last!.name), join(packetsOf(ee), last!.name))

  expect(await askOffice(ee)).toMatchObject({
    home: true,
    received: [{ name: last!.name, what: 'repeated' }],
    sent: [{ name: answer }],
  })
  expect((await finishHome(ee.site)).account).toMatchObject({ made: 1, applied: 1 })
  expect(await office.desk.get('book', 4)).toBeUndefined()
})

test('a person who was home may leave again, and the numbers of the packets go on', async () => {
  await using office = await openNotebook()
  const first = await office.leave('ee')
  await first.desk.update('book', 1, { title: 'one' })
  await first.comeHome()
  const second = await office.leave('ee')
  await second.desk.update('book', 1, { title: 'two' })
  await second.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'two' })
  const ups = (names: string[]) => names.filter(name => name.endsWith('.up'))
  const [before] = ups(await packetNames(first, 'done')).slice(-1)
  const [after] = ups(await packetNames(second, 'done'))
  expect(after! > before!).toBe(true)
})
