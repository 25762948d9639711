/** At the office: from nothing to a prototype. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Story } from './story.ts'

export function atTheOffice({ run, refused, shown, at }: Story): void {
  test('a central database is created with demo data, and its key beside it', async () => {
    const created = await run('create central.db --records 1000 --seed 3')
    expect(created).toMatchObject({ database: at('central.db'), seed: 3 })
    expect(created.records).toBeGreaterThanOrEqual(1000)
    expect(existsSync(created.key)).toBe(true)
    await refused('create central.db', 4, 'DATABASE_EXISTS')
  })

  test('before travel is active, status says what to do, and nobody can leave', async () => {
    expect(await run('status central.db')).toMatchObject({ active: false, position: 0, links: [] })
    expect(await shown('status central.db')).toContain('Next: homecoming activate central.db')
    await Promise.all([
      refused('go central.db ee --to ee', 4, 'TRAVEL_INACTIVE'),
      refused('prototype build central.db', 4, 'TRAVEL_INACTIVE'),
      refused('deactivate central.db --yes', 4, 'TRAVEL_INACTIVE'),
      refused('prune central.db --yes', 4, 'TRAVEL_INACTIVE'),
    ])
  })

  test('travel is activated once', async () => {
    expect(await run('activate central.db')).toMatchObject({ active: true })
    await refused('activate central.db', 4, 'TRAVEL_ACTIVE')
    expect(await run('activate central.db --repair')).toMatchObject({ mended: [] })
  })

  test('associates are added and given the right to travel', async () => {
    const { associate } = await run('associate add central.db nina --as admin')
    await Promise.all([
      refused('associate add central.db nina', 4, 'ASSOCIATE_EXISTS'),
      refused('go central.db nina --to nina', 6, 'NO_TRAVEL_RIGHT'),
    ])
    for (const name of ['ee', 'ok', 'nina']) await run(`associate grant central.db ${name}`)
    await run('associate revoke central.db nina')
    const { associates } = await run('associate list central.db')
    expect(associates).toContainEqual({ id: associate.id, name: 'nina', mayTravel: false, away: false })
    expect(associates).toContainEqual({ id: 2, name: 'ee', mayTravel: true, away: false })
    await refused('associate grant central.db nobody', 4, 'ASSOCIATE_UNKNOWN')
  })

  test('field-level replication is switched per table', async () => {
    await run('field-level on central.db contact')
    expect(await run('field-level list central.db')).toEqual({ tables: ['contact'] })
    await run('field-level off central.db contact')
    expect(await run('field-level list central.db')).toEqual({ tables: [] })
    await refused('field-level on central.db nothing', 2, 'TABLE_UNKNOWN')
  })

  test('a prototype is built', async () => {
    await refused('go central.db ee --to ee', 4, 'PROTOTYPE_MISSING')
    const { prototype } = await run('prototype build central.db')
    expect(prototype).not.toHaveProperty('wrapped_key')
    const { prototypes } = await run('prototype list central.db')
    expect(prototypes).toMatchObject([{ records: prototype.records, changesSince: 0 }])
  })
}
