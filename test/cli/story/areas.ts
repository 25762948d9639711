/** In areas: everybody is home; two people share the work from now on, each with a part of the data. */
import { expect, test } from 'vitest'
import type { Story } from './story.ts'

export function inAreas({ run, refused, shown, atOffice }: Story): void {
  test('an area says whose data it includes and who leaves with it', async () => {
    expect(await shown('area list central.db')).toContain('Make one with: homecoming area create central.db')
    expect(await run('area create central.db North --include ee --assign ee --max-age 365')).toMatchObject({
      area: { name: 'North', included: [{ name: 'ee' }], assigned: [{ name: 'ee' }], maxDataAge: 365 },
    })
    await run('area create central.db South --include ok')
    await Promise.all([
      refused('area create central.db north', 4, 'AREA_INVALID'),
      refused('area create central.db East --assign nobody', 4, 'ASSOCIATE_UNKNOWN'),
      refused('area create central.db East --assign ee', 4, 'AREA_PERSON_TAKEN'),
      refused('area create central.db East --include ,', 2, 'USAGE'),
      refused('area create central.db East --max-age old', 2, 'USAGE'),
      refused('area show central.db East', 4, 'AREA_UNKNOWN'),
    ])
    expect((await run('area list central.db')).areas).toMatchObject([{ name: 'North' }, { name: 'South' }])
    expect((await run('area show central.db 2')).area).toMatchObject({ name: 'South', encryption: 2 })
    expect(await shown('area show central.db North')).toMatch(/oldest data +365 days/)
  })

  test('what a change would move is shown before it is made', async () => {
    const preview = await run('area preview central.db South --assign ok --include ee')
    expect(preview).toMatchObject({ people: [{ name: 'ok', area: 'South', away: false }], mustComeHome: [] })
    const [{ gained, lost }] = preview.areas
    expect(lost).toEqual({ records: 0, documents: 0, bytes: 0 })
    expect(gained.records).toBeGreaterThan(10)
    await refused('area preview central.db South', 2, 'USAGE')
    await refused('area edit central.db South --include ee', 2, 'CONFIRMATION_NEEDED')

    const before = (await run('area sizes central.db')).areas[1].records
    const edited = await run('area edit central.db South --assign ok --include ee --yes')
    expect(edited).toMatchObject({ area: { included: [{ name: 'ee' }, { name: 'ok' }] }, preview })
    expect((await run('area sizes central.db')).areas[1].records).toBe(before + gained.records)
  })

  test('two areas have in common what both hold', async () => {
    const { overlaps } = await run('area overlap central.db')
    const common = (a: string, b: string) =>
      overlaps.find((pair: { a: string; b: string }) => pair.a === a && pair.b === b).records
    expect(common('North', 'South')).toBe(common('North', 'North'))
    expect(await shown('area overlap central.db')).toMatch(/AREA +North +South/)
    expect(await shown('area sizes central.db')).toMatch(/TABLE +North +South/)
  })

  test('a record that gets another owner takes what is below it along', async () => {
    atOffice('update contact set associate_id = 3 where contact_id = 10')
    const { areas } = await run('area preview-record central.db contact 10 --owner ee')
    expect(areas).toMatchObject([{ name: 'North', gained: { records: expect.any(Number) } }])
    expect(areas[0].gained.records).toBeGreaterThan(1)
    expect(await run('area preview-record central.db contact 10 --set associate_id=2')).toEqual({
      areas,
      people: [{ name: 'ee', area: 'North', away: false }],
      mustComeHome: [],
    })
    await Promise.all([
      refused('area preview-record central.db contact 10', 2, 'USAGE'),
      refused('area preview-record central.db nothing 10 --owner ee', 2, 'TABLE_UNKNOWN'),
      refused('area preview-record central.db contact 10 --set colour=2', 2, 'FIELD_UNKNOWN'),
      refused('area preview-record central.db contact 999999 --owner ee', 4, 'RECORD_UNKNOWN'),
    ])
  })

  test('why a record is in an area, or is not, is said in a sentence', async () => {
    const asked = await run('why central.db North contact 10')
    expect(asked).toMatchObject({ area: { name: 'North' }, member: false, journalAgrees: true })
    expect(asked.sentence).toContain('contact 10 is not in area North: its owner ok is not included')
    expect(await shown('why central.db South contact 10')).toContain(
      'contact 10 is in area South because it is owned by ok',
    )
    expect((await run('why central.db 2 contact 999999')).sentence).toContain('there is no such record')
    await Promise.all([
      refused('why central.db East contact 10', 4, 'AREA_UNKNOWN'),
      refused('why central.db North nothing 10', 2, 'TABLE_UNKNOWN'),
      refused('why central.db North contact ten', 2, 'USAGE'),
    ])
  })

  test('everybody leaves with the area that they are assigned to', async () => {
    await refused('go central.db ee --to north', 4, 'PROTOTYPE_MISSING')
    expect((await run('prototype build central.db --area North')).prototype).toMatchObject({ area_id: 1 })
    expect((await run('prototype build central.db --area all')).prototypes).toMatchObject([
      { area_id: 1 },
      { area_id: 2 },
    ])
    await refused('prototype build central.db --area East', 4, 'AREA_UNKNOWN')
    await run('go central.db ee --to north')
    expect(await run('status north/travel.db')).toMatchObject({ journey: { area: 'North' } })
    expect(await shown('status north/travel.db')).toContain('travel database of ee with area North')
    expect(await shown('status central.db')).toMatch(/ee +away +North/)
    expect(await run('verify north/travel.db')).toMatchObject({ same: true })
    expect(await run('verify central.db --areas')).toMatchObject({ same: true, areas: 2 })
  })

  test('nobody who is away is stranded', async () => {
    await Promise.all([
      refused('area edit central.db North --unassign ee --yes', 4, 'AREA_PERSON_AWAY'),
      refused('area edit central.db North --exclude ee --yes', 4, 'AREA_PERSON_AWAY'),
      refused('area delete central.db North --yes', 4, 'AREA_IN_USE'),
      refused('area create north/travel.db West', 4, 'NOT_A_PARENT'),
    ])
    expect(await run('area preview central.db North --unassign ee')).toMatchObject({ mustComeHome: ['ee'] })
    await run('home north/travel.db --yes')
  })

  test('an area that nobody uses goes, with its prototype', async () => {
    await run('area edit central.db North --unassign ee --yes')
    await refused('area delete central.db North', 2, 'CONFIRMATION_NEEDED')
    expect(await run('area delete central.db North --yes')).toEqual({ removed: 'North' })
    await run('area edit central.db South --unassign ok --yes')
    await run('area delete central.db South --yes')
    expect((await run('prototype list central.db')).prototypes).toMatchObject([{ areaName: 'everything' }])
  })
}
