/** SPEC 6, "Same number, same bytes": where a packet that was written is gone, its link says so and all others go on. */
import { appendFileSync, copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { comeHome, exchange, readUpdates, writeUpdates } from '../../src/app/journey.ts'
import type { Site } from '../../src/log/site.ts'
import { tripFolder } from '../../src/packet/names.ts'
import { verify } from '../../src/travel/verify.ts'
import type { Office } from '../support/office.ts'
import { laptopSends, linkOf, officeReads, openNotebook, packetsOf } from '../support/steps.ts'

const written = (site: Site, trip: string, name: string): string => join(site.home, 'outbox', trip, name)
const tripOf = (site: Site): string => tripFolder(site.identity.name, site.identity.tag)

/** The office has written a DWN for each of both, and neither has come anywhere. */
async function twoDwns(office: Office) {
  const [ee, jo, packets] = [
    await office.leave('ee'),
    await office.leave('jo'),
    join(office.folder, 'packets'),
  ]
  await office.desk.update('book', 1, { title: 'from the office' })
  await writeUpdates(office.site, { packets })
  const dwn = written(office.site, tripOf(ee.site), 'ee0001.dwn')
  for (const laptop of [ee, jo]) rmSync(join(packets, tripOf(laptop.site)), { recursive: true })
  return { ee, jo, packets, dwn }
}

test.each([
  ['gone', (path: string) => rmSync(path)],
  ['damaged', (path: string) => appendFileSync(path, 'x')],
])('a packet that is %s at its writer is named, and everybody else gets theirs', async (_, harm) => {
  await using office = await openNotebook()
  const { packets, dwn, jo } = await twoDwns(office)
  harm(dwn)

  expect(await writeUpdates(office.site, { packets })).toMatchObject([
    { name: 'ee0001.dwn', code: 'PACKET_LOST', message: expect.stringContaining(dwn) },
    { name: 'jo0001.dwn', fresh: false },
  ])
  expect(await readUpdates(jo.site, { packets })).toMatchObject([{ what: 'applied' }])
})

test('put back, it goes on', async () => {
  await using office = await openNotebook()
  const { packets, dwn, ee } = await twoDwns(office)
  copyFileSync(dwn, `${dwn}.backup`)
  rmSync(dwn)
  await writeUpdates(office.site, { packets })
  copyFileSync(`${dwn}.backup`, dwn)
  await writeUpdates(office.site, { packets })

  expect(await readUpdates(ee.site, { packets })).toMatchObject([{ name: 'ee0001.dwn', what: 'applied' }])
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('where the carrier has the same bytes, they are put back', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee' })
  await laptopSends(ee)
  const path = written(ee.site, tripOf(ee.site), 'ee0001.up')
  const later = join(packetsOf(ee), 'later')
  copyFileSync(path, later)
  rmSync(path)
  rmSync(join(packetsOf(ee), 'ee0001.up'))
  expect(await laptopSends(ee)).toMatchObject([{ code: 'PACKET_LOST' }])
  copyFileSync(later, join(packetsOf(ee), 'ee0001.up'))
  expect(await laptopSends(ee)).toEqual([])
  await officeReads(ee)

  expect(await office.desk.get('book', 1)).toMatchObject({ title: 'by ee' })
})

test('what the other side has read is not missed', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee' })
  await laptopSends(ee)
  await officeReads(ee)
  rmSync(written(ee.site, tripOf(ee.site), 'ee0001.up'))
  rmSync(packetsOf(ee), { recursive: true })
  const { sent } = await exchange(office.site, ee.site)

  expect(sent.filter(packet => packet.code !== undefined)).toEqual([])
  expect(await linkOf(ee)).toMatchObject({ in_number: 2 })
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('who cannot come home for it is told why', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await ee.desk.update('book', 1, { title: 'by ee' })
  await laptopSends(ee)
  rmSync(written(ee.site, tripOf(ee.site), 'ee0001.up'))
  rmSync(join(packetsOf(ee), 'ee0001.up'))

  await expect(comeHome(office.site, ee.site)).rejects.toMatchObject({ code: 'PACKET_LOST' })
  expect(await linkOf(ee)).toMatchObject({ state: 'away', in_number: 0 })
})
