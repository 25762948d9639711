/** A second office: it has a database of its own for ever, and sends out people of its own. */
import { expect, test } from 'vitest'
import type { Story } from './story.ts'

export function inAnotherCity({ run, refused, shown, atOffice, inFile, onTheRoad }: Story): void {
  test('a satellite takes an area to another city, and its people log in there', async () => {
    expect(await shown('satellite list central.db')).toContain(
      'Make one with: homecoming satellite create central.db',
    )
    await run('area create central.db Bergen --include ee --assign ee')
    const made = await run('satellite create central.db Bergen --to bergen --name bergen --company 5')
    expect(made).toMatchObject({
      number: 1,
      satellite: { number: 1, name: 'bergen', area: 'Bergen', company: 5, people: [{ name: 'ee' }] },
    })
    expect((await run('satellite list central.db')).satellites).toMatchObject([
      { name: 'bergen', state: 'away' },
    ])
    expect((await run('satellite show central.db 1')).satellite).toMatchObject({ name: 'bergen' })
    expect(await shown('satellite show central.db bergen')).toMatch(/who works there +ee/)
    await Promise.all([
      refused('satellite create central.db Bergen --to other', 4, 'AREA_IN_USE'),
      refused('satellite show central.db oslo', 2, 'SATELLITE_UNKNOWN'),
      refused('go central.db ee --to laptop-of-ee', 4, 'PERSON_ELSEWHERE'),
    ])
    expect(await run('login check central.db ee')).toMatchObject({ may: 'read' })
    expect(await run('login check bergen/satellite.db ee')).toMatchObject({ may: 'write' })
  })

  test('what is done at central only, a satellite refuses, and says where to do it', async () => {
    await Promise.all([
      refused('associate add bergen/satellite.db nina', 4, 'CENTRAL_ONLY'),
      refused('area create bergen/satellite.db West', 4, 'CENTRAL_ONLY'),
      refused('satellite list bergen/satellite.db', 4, 'CENTRAL_ONLY'),
      refused('why bergen/satellite.db Bergen contact 5', 4, 'CENTRAL_ONLY'),
      refused('remove bergen/satellite.db --yes', 4, 'CENTRAL_ONLY'),
      // Before anyone is asked.
      refused('remove bergen/satellite.db', 4, 'CENTRAL_ONLY'),
      refused('deactivate bergen/satellite.db', 4, 'CENTRAL_ONLY'),
      refused('area delete bergen/satellite.db Bergen', 4, 'CENTRAL_ONLY'),
      refused('area edit bergen/satellite.db Bergen --include ok', 4, 'CENTRAL_ONLY'),
      refused('satellite write-off bergen/satellite.db 2', 4, 'CENTRAL_ONLY'),
      refused('satellite regenerate bergen/satellite.db 2 --to again', 4, 'CENTRAL_ONLY'),
      refused('write-off central.db bergen', 4, 'ASSOCIATE_UNKNOWN'),
      refused('status bergen', 2, 'USAGE'),
      refused('satellite retire central.db', 4, 'NOT_A_SATELLITE'),
      refused('home bergen/satellite.db --yes', 4, 'SATELLITE_STAYS'),
      refused('prototype build bergen/satellite.db --area Bergen', 2, 'USAGE'),
    ])
    const newUser = "insert into associate (associate_id, name) values (16777315, 'somebody')"
    expect(() => inFile('bergen/satellite.db', newUser)).toThrow(/users are made at central/)
    expect(() => inFile('bergen/satellite.db', "update area set name = 'West'")).toThrow(/kept at central/)
  })

  test('it sends out people of its own, who take all that it has', async () => {
    await run('prototype build bergen/satellite.db')
    await run('associate grant bergen/satellite.db ee')
    await refused('go bergen/satellite.db ok --to elsewhere', 4, 'PERSON_ELSEWHERE')
    await run('go bergen/satellite.db ee --to fjord')
    await onTheRoad(
      'fjord/travel.db',
      "insert into contact (contact_id, name, associate_id) select next_id, 'Skrei', 2 from sequence where id = 15",
    )
    expect(await shown('write-updates fjord/travel.db --packets by-hand')).toContain(
      'at the parent: homecoming read-updates bergen/satellite.db --packets by-hand',
    )
    await run('exchange fjord/travel.db')
    await refused('satellite retire fjord/travel.db', 4, 'NOT_A_SATELLITE')
    expect(await run('status bergen/satellite.db')).toMatchObject({
      kind: 'satellite',
      links: [{ name: 'ee', state: 'away' }],
      journey: { area: 'Bergen', unsent: 1 },
    })
  })

  test('what they edit reaches central, with both at hand or by packets', async () => {
    const { sent } = await run('write-updates bergen/satellite.db --packets share')
    expect(sent.at(-1)).toMatchObject({ name: 'bergen0002.up', fresh: true })
    const up = await run('read-updates central.db --packets share --from bergen')
    expect(up.received.at(-1)).toMatchObject({ name: 'bergen0002.up', what: 'applied' })
    await run('write-updates central.db --packets share --for bergen')
    const down = await run('read-updates bergen/satellite.db --packets share')
    expect(down.received.at(-1)).toMatchObject({ name: 'bergen0002.dwn', what: 'applied' })
    expect(await run('exchange bergen/satellite.db')).toMatchObject({ account: { made: 1, applied: 1 } })
    expect(await run('verify bergen/satellite.db')).toMatchObject({ same: true })
    expect(await run('verify fjord/travel.db')).toMatchObject({ same: true })
  })

  test('central shows the tree of databases', async () => {
    const { links } = await run('status central.db')
    expect(links.at(-1)).toMatchObject({ name: 'bergen', satellite: 1, branch: { links: [{ name: 'ee' }] } })
    expect(await shown('status central.db')).toMatch(/bergen .*\n +ee +away/)
  })

  test('a lost satellite is made anew, and one that closes is retired', async () => {
    await run('home fjord/travel.db --yes')
    await run('exchange bergen/satellite.db')
    await refused('satellite regenerate central.db bergen --to bergen2', 2, 'CONFIRMATION_NEEDED')
    expect(await run('satellite regenerate central.db bergen --to bergen2 --yes')).toMatchObject({
      number: 1,
    })
    await refused('satellite retire bergen2/satellite.db', 2, 'CONFIRMATION_NEEDED')
    expect(await run('satellite retire bergen2/satellite.db --yes')).toMatchObject({
      retired: { name: 'bergen', number: 1 },
    })
    expect(await run('login check central.db ee')).toMatchObject({ may: 'write' })
    expect(await run('satellite create central.db Bergen --to bergen3')).toMatchObject({ number: 2 })
    expect(await run('satellite write-off central.db 2 --yes')).toMatchObject({ writtenOff: { number: 2 } })
    await run('area edit central.db Bergen --unassign ee --yes')
    await run('area delete central.db Bergen --yes')
    atOffice("update contact set name = 'Skrei AS' where name = 'Skrei'")
  })

  test('after a restore everything jumps before anyone works', async () => {
    await refused('restored central.db', 2, 'CONFIRMATION_NEEDED')
    expect(await run('restored central.db --yes')).toMatchObject({ away: [], unknown: [] })
  })
}
