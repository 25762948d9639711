/** Leaving: one folder, once. */
import { expect, test } from 'vitest'
import type { Story } from './story.ts'

export function leaving({ run, refused, at }: Story): void {
  test('a person leaves with one folder: database, key, packets', async () => {
    expect(await run('go central.db ee --to ee')).toMatchObject({
      person: { name: 'ee' },
      database: at('ee', 'travel.db'),
      key: at('ee', 'travel.key'),
    })
    await run('go central.db ok --to ok --encryption 1')
    expect(await run('status ee/travel.db')).toMatchObject({ kind: 'traveller', journey: { unsent: 0 } })
    expect((await run('status central.db')).links).toMatchObject([
      { name: 'ee', state: 'away' },
      { name: 'ok', state: 'away' },
    ])
  })

  test('nobody leaves twice, and a travel database is no parent', async () => {
    await Promise.all([
      refused('go central.db ee --to elsewhere', 4, 'ALREADY_AWAY'),
      refused('go ee/travel.db ok --to elsewhere', 4, 'NOT_A_PARENT'),
      refused('associate add ee/travel.db someone', 4, 'NOT_A_PARENT'),
      refused('deactivate central.db --yes', 4, 'PEOPLE_AWAY'),
      refused('remove central.db --yes', 4, 'PEOPLE_AWAY'),
    ])
  })
}
