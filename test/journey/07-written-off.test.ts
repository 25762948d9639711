/** 7 of 7. A lost laptop is written off: nothing of it is applied any more, and its person may leave again. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { readStatus } from '../../src/travel/status.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import { laptopSends, officeReads, openNotebook, packetNames } from '../support/steps.ts'

test('late packets of a written-off laptop are put aside, readable, and not applied', async () => {
  await using office = await openNotebook()
  const lost = await office.leave('ee')
  await lost.desk.update('book', 1, { title: 'by a thief' })
  const [sent] = await laptopSends(lost)
  await writeOff(office.site, 'ee')

  expect(await officeReads(lost)).toMatchObject([{ what: 'quarantined', code: 'PACKET_RETIRED' }])
  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'Ships' })
  expect(await packetNames(lost, 'quarantine')).toEqual([sent!.name])
})

test('what had arrived before stays, under the ids that it got', async () => {
  await using office = await openNotebook()
  const lost = await office.leave('ee')
  await lost.desk.insert('book', { title: 'Rivers', owner_id: 2 })
  await lost.exchange()
  await writeOff(office.site, 'ee')

  expect(await office.desk.get('book', 3)).toMatchObject({ title: 'Rivers' })
  expect(await office.desk.rows(sql`select parent_id from travelidmapping`)).toEqual([{ parent_id: 3 }])
})

test('the person leaves again with a new laptop, and its number series is another', async () => {
  await using office = await openNotebook()
  await office.leave('ee')
  await writeOff(office.site, 'ee')
  const again = await office.leave('ee')
  await again.desk.update('book', 1, { title: 'from the new laptop' })
  await again.exchange()

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'from the new laptop' })
  const series = await office.desk.rows(sql`select start from hc_series order by start`)
  expect(series).toEqual([{ start: 250_000 }, { start: 300_000 }])
  expect(await readStatus(office.site)).toMatchObject({
    links: [{ state: 'written-off' }, { state: 'away' }],
  })
})

test('nobody is written off who is not away', async () => {
  await using office = await openNotebook()

  await expect(writeOff(office.site, 'ee')).rejects.toMatchObject({ code: 'NOT_AWAY' })
})
