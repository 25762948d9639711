import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { verify } from '../../src/travel/verify.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

test('a missing packet is asked for, and comes again although the carrier believes that it was read', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  const packets = join(ee.folder, 'packets')
  const [trip] = await readdir(packets).catch(() => [])
  const folder = join(packets, trip ?? `ee-${ee.site.identity.tag.slice(0, 8)}`)
  await ee.desk.update('book', 1, { title: 'one' })
  const [first] = await writeUpdates(ee.site)
  await mkdir(join(folder, 'done'), { recursive: true })
  await rename(join(folder, first!.name), join(folder, 'done', first!.name))
  await ee.desk.update('book', 2, { title: 'two' })
  await writeUpdates(ee.site)

  expect(await readUpdates(office.site, { packets })).toMatchObject([{ what: 'waiting' }])
  expect(await writeUpdates(office.site, { packets })).toHaveLength(1)
  await readUpdates(ee.site)
  expect(await writeUpdates(ee.site)).toMatchObject([{ name: first!.name, fresh: false }])
  expect(await readUpdates(office.site, { packets })).toMatchObject([
    { what: 'applied' },
    { what: 'applied' },
  ])
  await ee.exchange()
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('the classic list of packets says what became of each', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  await office.desk.update('book', 1, { title: 'news' })
  const packets = join(ee.folder, 'packets')
  const status = async () =>
    office.desk.rows(
      sql<{
        n: number
        s: number
      }>`select transmissionnumber as n, recordstatus as s from travelgeneratedtransaction order by 1`,
    )
  await writeUpdates(office.site, { packets })
  expect(await status()).toEqual([{ n: 1, s: 1 }])
  await readUpdates(ee.site)
  await writeUpdates(ee.site)
  await readUpdates(office.site, { packets })
  expect(await status()).toEqual([{ n: 1, s: 2 }])
})

test('what the own clock of a child said is kept beside the corrected time', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee')
  ee.desk.skew = 7200
  await ee.desk.update('book', 1, { title: 'from the future' })
  const edited = office.clock.seconds + 7200
  office.clock.pass(60)
  await ee.exchange()
  const rows = await office.desk.rows(
    sql<{
      time: number
      clock: number
    }>`select l.ttime as time, c.clock from hc_clock c, traveltransactionlog l where l.record_id = 1 and l.tablenumber = 103`,
  )
  expect(rows).toEqual([{ time: office.clock.seconds, clock: edited }])
})
