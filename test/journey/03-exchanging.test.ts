/** 3 of 7. While away, both sides exchange packets: UP from the laptop, DWN from the office. */
import { expect, test } from 'vitest'
import { verify } from '../../src/travel/verify.ts'
import {
  laptopReads,
  laptopSends,
  officeReads,
  officeSends,
  openNotebook,
  packetNames,
} from '../support/steps.ts'

test('what was made on the road arrives, with everything that points at it', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const book = await ee.desk.insert('book', { title: 'Rivers', owner_id: 2 })
  await ee.desk.insert('note', { book_id: book, text: 'delta' })
  await ee.exchange()

  expect(await office.desk.get('book', 3)).toMatchObject({ title: 'Rivers' })
  expect(await office.desk.get('note', 4)).toMatchObject({ book_id: 3, text: 'delta' })
  expect(await ee.desk.get('note', 0x7e000001)).toMatchObject({ book_id: book })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('one person hears of the edits of another through the office', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await ee.desk.update('book', 2, { title: 'by ee' })
  await ee.exchange()
  await jo.exchange()

  expect(await jo.desk.get('book', 2)).toMatchObject({ title: 'by ee' })
})

test('a packet is a numbered file, and what was read is put away', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee' })
  const [sent] = await laptopSends(ee)

  expect(sent!.name).toMatch(/^ee\d{4}\.up$/)
  expect(await packetNames(ee)).toEqual([sent!.name])
  await officeReads(ee)
  expect(await packetNames(ee)).toEqual([])
  expect(await packetNames(ee, 'done')).toContain(sent!.name)
})

test('each half of an exchange may happen on another day', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const day = 86_400
  await ee.desk.update('book', 1, { title: 'by ee' })
  await laptopSends(ee)
  office.clock.pass(day)
  await ee.desk.update('note', 2, { text: 'a day later' })
  await office.desk.update('book', 2, { title: 'by the office' }, 1)
  await officeReads(ee)
  office.clock.pass(day)
  await officeSends(ee)
  office.clock.pass(day)
  await laptopReads(ee)

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
  expect(await ee.desk.get('book', 2)).toMatchObject({ title: 'by the office' })
  expect(await ee.desk.get('note', 2)).toMatchObject({ text: 'a day later' })
})

test('where nobody has anything to say, nothing is written', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')

  expect(await ee.exchange()).toMatchObject({ sent: [], received: [] })
})
