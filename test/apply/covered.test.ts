import { expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { openOffice } from '../support/office.ts'
import { openNotebook } from '../support/steps.ts'
import { shippingWorld } from '../support/worlds/shipping-world.ts'

test('an edit below a record that somebody else deletes is overruled, kept and told to its author', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  office.clock.pass(60)
  await jo.desk.update('note', 1, { text: 'by jo' })
  await jo.exchange()
  office.clock.pass(60)
  await ee.desk.delete('book', 1)
  await ee.exchange()
  await jo.exchange()

  expect(await office.desk.get('note', 1)).toBeUndefined()
  expect(await jo.desk.get('note', 1)).toBeUndefined()
  const told = await conflicts(jo.site, { who: 'jo' })
  expect(told).toMatchObject([{ table: 'note', record: 1, reason: 'owner-deleted', loser: { associate: 3 } }])
  expect(told[0]!.fields).toContainEqual({ field: 'text', base: null, mine: 'by jo', theirs: null })
})

test('what a deletion covers and who deleted had seen is no conflict', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await office.desk.update('note', 1, { text: 'by the office' }, 1)
  await ee.exchange()
  office.clock.pass(60)
  await ee.desk.delete('book', 1)
  await ee.exchange()

  expect(await office.desk.get('note', 1)).toBeUndefined()
  expect(await conflicts(office.site)).toEqual([])
})

test('what a deletion covers goes from every laptop, also where the application has triggers of its own', async () => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await office.sql(
    'create trigger app_touch after delete on note begin update topic set title = title where 0; end',
  )
  office.clock.pass(60)
  await ee.desk.delete('book', 1)
  await ee.exchange()
  await jo.exchange()

  expect(await office.desk.get('note', 1)).toBeUndefined()
  expect(await jo.desk.get('note', 1)).toBeUndefined()
})

test('what somebody puts there after deleting what it would belong to is overruled, and kept', async () => {
  await using office = await openOffice({
    dictionary: shippingWorld.dictionary,
    fill: site => shippingWorld.fill(site),
  })
  const ee = await office.leave('ee')
  // The voyage goes alone, as a program without cascades does it; its cargo goes when the office reads of it.
  await ee.desk.delete('voyage', 1, 2)
  await ee.desk.insert(
    'link',
    { from_table: 310, from_record: 2, to_table: 321, to_record: 1, remark: 'mine' },
    2,
  )
  await ee.exchange()

  const [told] = await conflicts(ee.site, { who: 'ee' })
  expect(told).toMatchObject({ table: 'link', verdict: 'overruled', reason: 'owner-deleted' })
  expect(told!.fields).toContainEqual({ field: 'remark', base: null, mine: 'mine', theirs: null })
})
