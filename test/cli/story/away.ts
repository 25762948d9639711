/** Away: edits on both sides, packets, and what is refused. */
import { readdirSync, renameSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3-multiple-ciphers'
import { expect, test } from 'vitest'
import type { Story } from './story.ts'

export function away({ run, refused, shown, at, atOffice, onTheRoad }: Story): void {
  test('edits on both sides go over in one exchange, and the loser is told', async () => {
    await onTheRoad('ee/travel.db', `update contact set name = 'Road AS' where contact_id = 3`)
    await onTheRoad('ee/travel.db', `update contact set name = 'Mine' where contact_id = 4`)
    atOffice(`update contact set name = 'Office' where contact_id = 4`)

    expect(await run('verify ee/travel.db', 8)).toMatchObject({ same: false, unsent: 2 })
    const { account } = await run('exchange ee/travel.db')
    expect(account).toMatchObject({ made: 2, applied: 1, overruled: 1 })
    expect(await run('verify ee/travel.db')).toMatchObject({ same: true, unsent: 0 })
    expect(await run('verify ee/travel.db --deep')).toMatchObject({ same: true, count: 0 })
    expect(await shown('status ee/travel.db')).toContain('2 edits made: 1 applied and 1 overruled.')
  })

  test('the conflict says what was lost, and one command brings it back', async () => {
    const { conflicts } = await run('conflicts central.db --of ee')
    expect(conflicts).toMatchObject([
      { table: 'contact', record: 4, fields: [{ field: 'name', mine: 'Mine', theirs: 'Office' }] },
    ])
    expect(await shown('conflicts ee/travel.db')).toContain('Next: homecoming restore ee/travel.db')
    await refused('restore central.db 99', 4, 'CONFLICT_UNKNOWN')
    expect(await run(`restore central.db ${conflicts[0].id} --as ee`)).toMatchObject({
      restored: { table: 'contact', record: 4 },
    })
    await refused(`restore central.db ${conflicts[0].id}`, 4, 'CONFLICT_RESTORED')
  })

  test('the inbox says it too, until it was read; what was read away is read at the office', async () => {
    expect((await run('inbox central.db --associate ee')).messages).toMatchObject([
      { table: 'contact', record: 4, verdict: 'overruled', conflict: expect.any(Number) },
    ])
    expect(await shown('inbox ee/travel.db')).toContain('Next: homecoming conflicts ee/travel.db')
    await refused('inbox central.db --read', 2, 'USAGE')
    expect(await run('inbox ee/travel.db --read')).toMatchObject({ marked: 1 })
    expect(await shown('inbox ee/travel.db')).toContain('There is no message.')
    await run('exchange ee/travel.db')
    expect((await run('inbox central.db --associate ee')).messages).toEqual([])
    expect((await run('inbox central.db --associate ee --all')).messages).toHaveLength(1)
  })

  test('the log says who changed what, and when in the zone of the reader', async () => {
    const { entries } = await run('log central.db --table contact --by ee')
    expect(entries).toContainEqual(expect.objectContaining({ table: 'contact', record: 3, origin: 'ee' }))
    expect(await shown('log central.db --limit 1 --utc')).toMatch(/\d\d:\d\d:\d\dZ/)
    await Promise.all([
      refused('log central.db --table nothing', 2, 'TABLE_UNKNOWN'),
      refused('log central.db --by nobody', 4, 'ASSOCIATE_UNKNOWN'),
      refused('log central.db --limit few', 2, 'USAGE'),
    ])
  })

  test('packets travel over any folder, one side at a time', async () => {
    await onTheRoad('ok/travel.db', `update contact set name = 'Both' where contact_id = 5`)
    const { sent } = await run('write-updates ok/travel.db --packets share')
    expect(sent).toMatchObject([{ number: 1, fresh: true }])
    const [trip = ''] = readdirSync(at('share'))
    const packet = at('share', trip, sent[0].name)

    expect(await run(`packet show ${packet}`)).toMatchObject({
      label: { direction: 'up', number: 1, mode: 1 },
    })
    expect(await run(`packet show ${packet} --of central.db`)).toMatchObject({
      operations: [{ table: 'contact', puts: 1 }],
    })
    expect(await shown(`packet show ${packet} --of central.db`)).toContain('contact')
    await refused(`packet show ${at('central.db')}`, 5, 'PACKET_INVALID')

    const { received } = await run('read-updates central.db --from ok --packets share')
    expect(received).toMatchObject([{ number: 1, what: 'applied' }])
    await run('write-updates central.db --for ok --packets share')
    expect((await run('read-updates ok/travel.db --packets share')).received).toMatchObject([
      { what: 'applied' },
    ])
    expect(await run('verify ok/travel.db')).toMatchObject({ same: true })
  })

  test('a packets folder that is not there, and a name that nobody has, are not nothing to do', async () => {
    await Promise.all([
      refused('read-updates central.db --packets nowhere', 2, 'SETTING_INVALID'),
      refused('read-updates ok/travel.db --packets ok/travel.key', 2, 'SETTING_INVALID'),
      refused('home central.db --step release --who ok --packets nowhere', 2, 'SETTING_INVALID'),
      refused('write-updates central.db --for nobody', 4, 'ASSOCIATE_UNKNOWN'),
      refused('read-updates central.db --from nobody', 4, 'ASSOCIATE_UNKNOWN'),
    ])
    expect(await run('write-updates central.db --for nina')).toMatchObject({ sent: [] })
  })

  test('where the parent cannot be reached, the next action is packets', async () => {
    renameSync(at('central.db'), at('away.db'))
    try {
      await refused('exchange ee/travel.db', 5, 'PARENT_UNREACHABLE')
      await refused('exchange ee/travel.db --parent nowhere.db', 5, 'DATABASE_NOT_FOUND')
    } finally {
      renameSync(at('away.db'), at('central.db'))
    }
    await Promise.all([
      refused('exchange central.db', 4, 'NOT_A_CHILD'),
      refused('exchange ee/travel.db --parent ok/travel.db', 4, 'NOT_A_PARENT'),
    ])
  })

  test('a stranger is no parent, and seals nobody', async () => {
    await run('create other.db')
    expect(await run('associate add other.db first')).toMatchObject({ associate: { id: 1, name: 'first' } })
    await Promise.all([
      refused('exchange ee/travel.db --parent other.db', 5, 'PACKET_FOREIGN'),
      refused('home ee/travel.db --parent other.db --yes', 5, 'PACKET_FOREIGN'),
    ])
    expect(await run('status ee/travel.db')).toMatchObject({ journey: { closed: false } })
  })

  test('what is no database, or not open with this key, is refused with what to do', async () => {
    writeFileSync(at('letter.db'), 'Dear reader, this file is a letter and nothing else.'.repeat(200))
    await Promise.all([
      refused('status nowhere.db', 5, 'DATABASE_NOT_FOUND'),
      refused('status letter.db', 5, 'DATABASE_INVALID'),
      refused('status ee/travel.db --key ok/travel.key', 6, 'KEY_WRONG'),
      refused('status ee/travel.db --key nowhere.key', 6, 'KEY_MISSING'),
      refused('write-off central.db nina --yes', 4, 'NOT_AWAY'),
      refused('write-off central.db nobody --yes', 4, 'ASSOCIATE_UNKNOWN'),
    ])
  })

  test('a database that somebody else writes to is waited for, and then its holder is named', async () => {
    const other = new Database(at('central.db'))
    other.exec('begin immediate')
    try {
      const { error } = await run('associate add central.db later --wait 0', 7)
      expect(error).toMatchObject({ code: 'DATABASE_BUSY', values: { process: process.pid } })
    } finally {
      other.exec('rollback')
      other.close()
    }
  })

  test('the doctor finds nothing wrong, or ends with what is', async () => {
    expect(await run('doctor central.db')).toMatchObject({ ok: true })
    expect(await run('doctor ee/travel.db')).toMatchObject({ ok: true })
    atOffice('drop trigger hc_contact_update')
    const { ok, findings } = await run('doctor central.db', 4)
    expect(ok).toBe(false)
    expect(findings).toContainEqual(expect.objectContaining({ check: 'capture', ok: false }))
    expect((await run('activate central.db --repair')).mended).toHaveLength(1)
    expect(await run('doctor central.db')).toMatchObject({ ok: true })
  })
}
