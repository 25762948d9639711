/** Edits of a record that was merged into another meanwhile: they are edits of the one that stays (SPEC 9, "One of two"). */
import { expect, test } from 'vitest'
import { differences } from '../../src/travel/same.ts'
import { verify } from '../../src/travel/verify.ts'
import { openNotebook } from '../support/steps.ts'

for (const what of ['changed', 'deleted'] as const)
  test(`a record that is ${what} on the road after it was merged at the office is the same at both ends`, async () => {
    await using office = await openNotebook()
    const topic = await office.desk.insert('topic', { title: 'sky' }, 3)
    const ee = await office.leave('ee')
    const jo = await office.leave('jo')
    await ee.exchange()
    await jo.exchange()
    office.clock.pass(60)
    const kept = await office.desk.insert('topic', { title: 'coast' }, 3)
    await jo.desk.update('topic', topic, { title: 'coast' })
    await jo.exchange()
    office.clock.pass(60)
    if (what === 'changed') await ee.desk.update('topic', topic, { title: 'land' })
    else await ee.desk.delete('topic', topic)
    await ee.exchange()
    await jo.exchange()
    for (const laptop of [ee, jo]) {
      expect((await verify(office.site, laptop.site)).differences).toEqual([])
      // Nobody had to be repaired.
      expect(await differences(laptop.site)).toEqual([])
    }
    expect(await office.desk.get('topic', kept)).toEqual(
      what === 'changed' ? { topic_id: kept, title: 'land' } : undefined,
    )
  })
