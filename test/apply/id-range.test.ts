/** SPEC 3, "Running out of a range": at a parent it stops one link, until there are ids again. */
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { comeHome, readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { lastId } from '../../src/core/ids.ts'
import { verify } from '../../src/travel/verify.ts'
import type { Laptop, Office } from '../support/office.ts'
import { openNotebook } from '../support/steps.ts'

const setNext = (office: Office, next: number): Promise<void> =>
  office.sql(`update sequence set next_id = ${next} where tablename = 'note'`)
const useUp = (office: Office): Promise<void> => setNext(office, lastId(0) + 1)

/** An office without ids for notes; ee brings two packets, the first with a note, and jo one without. */
async function stuck(office: Office): Promise<{ ee: Laptop; jo: Laptop; packets: string }> {
  const [ee, jo, packets] = [
    await office.leave('ee'),
    await office.leave('jo'),
    join(office.folder, 'packets'),
  ]
  await useUp(office)
  await ee.desk.insert('note', { book_id: 1, text: 'mast' })
  await writeUpdates(ee.site, { packets })
  await ee.desk.update('book', 1, { title: 'after the note' })
  await writeUpdates(ee.site, { packets })
  await jo.desk.update('book', 2, { title: 'by jo' })
  await writeUpdates(jo.site, { packets })
  return { ee, jo, packets }
}

test('where the office has no id for a record, its packet waits with the reason, and everybody else’s is read', async () => {
  await using office = await openNotebook()
  const { packets } = await stuck(office)

  expect(await readUpdates(office.site, { packets })).toMatchObject([
    {
      name: 'ee0001.up',
      what: 'waiting',
      code: 'ID_RANGE_EXHAUSTED',
      message: expect.stringContaining('note has no more ids: its range ends at 16777215'),
    },
    { name: 'ee0002.up', what: 'waiting', code: 'PACKET_EARLY' },
    { name: 'jo0001.up', what: 'applied' },
  ])
  expect(await office.desk.get('book', 2)).toMatchObject({ title: 'by jo' })
})

test('when there are ids again it goes on where it stopped', async () => {
  await using office = await openNotebook()
  const { ee, packets } = await stuck(office)
  await readUpdates(office.site, { packets })
  await setNext(office, 100)

  expect(await readUpdates(office.site, { packets, only: 'ee' })).toMatchObject([
    { name: 'ee0001.up', what: 'applied' },
    { name: 'ee0002.up', what: 'applied' },
  ])
  expect(await office.desk.rows(sql`select text from note where note_id = 100`)).toEqual([{ text: 'mast' }])
  await ee.exchange()
  expect(await verify(office.site, ee.site)).toMatchObject({ same: true })
})

test('who cannot come home for it is told why, and comes home later', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await useUp(office)
  await ee.desk.insert('note', { book_id: 1, text: 'mast' })

  await expect(comeHome(office.site, ee.site)).rejects.toMatchObject({ code: 'ID_RANGE_EXHAUSTED' })
  await setNext(office, 100)
  expect((await ee.comeHome()).account).toMatchObject({ made: 1, applied: 1 })
})
