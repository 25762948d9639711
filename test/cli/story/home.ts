/** Home: in one step or three, written off, held. */
import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Story } from './story.ts'

export function home({ run, refused, shown, at, atOffice, onTheRoad }: Story): void {
  test('nothing is destroyed without a yes', async () => {
    await Promise.all([
      refused('home ee/travel.db', 2, 'CONFIRMATION_NEEDED'),
      refused('write-off central.db ok', 2, 'CONFIRMATION_NEEDED'),
    ])
    expect(existsSync(at('ee', 'travel.key'))).toBe(true)
  })

  test('with both ends at hand one command brings a person home, and the key is gone', async () => {
    const { account, home } = await run('home ee/travel.db --yes')
    expect(home).toBe(true)
    expect(account).toMatchObject({ made: 2, applied: 1, overruled: 1, held: 0 })
    expect(existsSync(at('ee', 'travel.key'))).toBe(false)
    await Promise.all([
      refused('status ee/travel.db', 4, 'CHILD_CLOSED'),
      refused('write-off central.db ee --yes', 4, 'NOT_AWAY'),
    ])
  })

  test('or three steps over a folder, each of which may be repeated', async () => {
    await onTheRoad('ok/travel.db', `update contact set name = 'Last' where contact_id = 6`)
    await Promise.all([
      refused('home ok/travel.db --step finish --yes --packets share', 3, 'RELEASE_MISSING'),
      refused('home central.db --step release --packets share', 2, 'USAGE'),
    ])
    for (const _ of [1, 2]) await run('home ok/travel.db --step up --yes --packets share')
    await expect(
      onTheRoad('ok/travel.db', `update contact set name = 'Late' where contact_id = 6`),
    ).rejects.toMatchObject({ code: 'CHILD_CLOSED' })
    for (const _ of [1, 2])
      expect(await run('home central.db --step release --who ok --packets share')).toMatchObject({
        home: true,
      })
    expect(await run('home ok/travel.db --step finish --yes --packets share')).toMatchObject({
      home: true,
      account: { made: 2, applied: 2 },
    })
    expect(existsSync(at('ok', 'travel.key'))).toBe(false)
  })

  test('receipts account for every edit', async () => {
    const { receipts } = await run('receipts central.db')
    const made = (name: string) =>
      receipts
        .filter((each: { name: string }) => each.name === name)
        .reduce((sum: number, each: { made: number }) => sum + each.made, 0)
    expect([made('ee'), made('ok')]).toEqual([2, 2])
    expect((await run('receipts central.db --of ee')).receipts).not.toHaveLength(receipts.length)
    expect(await shown('receipts central.db')).toMatch(/WHO +UP +MADE/)
  })

  test('a lost laptop is written off, and the person may leave again', async () => {
    await run('go central.db ee --to lost')
    expect(await run('write-off central.db ee --yes')).toMatchObject({ writtenOff: { name: 'ee' } })
    await run('go central.db ee --to found')
    await run('home found/travel.db --yes')
    await onTheRoad('lost/travel.db', `update contact set name = 'Found' where contact_id = 7`)
    for (const command of ['exchange', 'home --yes'])
      await refused(`${command} lost/travel.db`, 5, 'PACKET_RETIRED')
    expect(readdirSync(at('lost', 'packets', readdirSync(at('lost', 'packets'))[0] ?? ''))).toContain(
      'quarantine',
    )
    expect(await run('status lost/travel.db')).toMatchObject({ journey: { closed: false } })
  })

  test('what only the office refuses is held, and the administrator decides', async () => {
    atOffice(`create trigger house_rule before update on contact when new.name like 'Rude%'
      begin select raise(abort, 'mind your words'); end`)
    await run('go central.db ee --to again')
    for (const id of [8, 9])
      await onTheRoad('again/travel.db', `update contact set name = 'Rude ${id}' where contact_id = ${id}`)
    await run('exchange again/travel.db')
    const { held } = await run('held list central.db')
    expect(held).toMatchObject([
      { name: 'ee', record: 8 },
      { name: 'ee', record: 9 },
    ])
    expect(await run(`held retry central.db ${held[0].id}`)).toMatchObject({ verdict: 'held' })
    expect(await run(`held reject central.db ${held[1].id}`)).toMatchObject({ verdict: 'rejected' })
    atOffice('drop trigger house_rule')
    const { account } = await run('home again/travel.db --yes')
    expect(account).toMatchObject({ made: 2, applied: 1, rejected: 1, held: 0 })
  })

  test('an application asks whether a person may log in, and the office says what it allows', async () => {
    await run('go central.db ee --to out')
    await refused('login check central.db ee', 6, 'LOGIN_REFUSED')
    await run('login allow central.db --while ReadOnly')
    expect(await run('login check central.db ee')).toEqual({ associate: 'ee', may: 'read' })
    await run('home out/travel.db --yes')
  })
}
