/**
 * The whole story by commands alone, each a process of its own, as an administrator and two travellers would type it.
 * Each test is a chapter and needs the ones before it.
 */
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import type { Command } from 'commander'
import { afterAll, describe, expect, test } from 'vitest'
import { program } from '../../src/cli/program.ts'
import { closeDatabase, openDatabase, sql } from '../../src/index.ts'
import { homecoming, temporaryFolder } from './command-line.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const at = (...names: string[]) => join(folder.path, ...names)

/** Names of the commands that ended well with --json, "associate grant". */
const answered = new Set<string>()

/** Runs a command and gives what it printed: one object, and nothing else anywhere. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever a command printed
async function run(line: string, exit = 0): Promise<any> {
  const words = line.split(' ')
  const { code, stdout, stderr } = await homecoming([...words, '--json'], { folder: folder.path })
  expect({ line, code, stderr, stdout: code === exit ? '' : stdout }).toEqual({
    line,
    code: exit,
    stderr: '',
    stdout: '',
  })
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  if (exit === 0) answered.add(commandIn(words))
  return JSON.parse(stdout)
}

const refused = async (line: string, exit: number, code: string) =>
  expect(await run(line, exit)).toMatchObject({ error: { code, hint: expect.any(String) } })

const shown = async (line: string) => {
  const { code, stdout, stderr } = await homecoming(line.split(' '), { folder: folder.path })
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' })
  return stdout
}

const commandIn = (words: readonly string[]) => {
  const [first = '', second = ''] = words
  const found = program().commands.find(each => each.name() === first)
  return found?.commands.some(each => each.name() === second) ? `${first} ${second}` : first
}

/** The office works with a program that knows nothing of us. */
function atOffice(statement: string): void {
  const database = new Database(at('central.db'))
  database.exec(statement)
  database.close()
}

/** A travel database is encrypted: its application opens it through the library. */
async function onTheRoad(path: string, statement: string): Promise<void> {
  const database = await openDatabase(at(path))
  await database.db.change(write => write.run(sql.raw(statement)))
  await closeDatabase(database)
}

describe('at the office', () => {
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
})

describe('leaving', () => {
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
})

describe('away', () => {
  test('edits on both sides go over in one exchange, and the loser is told', async () => {
    await onTheRoad('ee/travel.db', `update contact set name = 'Road AS' where contact_id = 3`)
    await onTheRoad('ee/travel.db', `update contact set name = 'Mine' where contact_id = 4`)
    atOffice(`update contact set name = 'Office' where contact_id = 4`)

    expect(await run('verify ee/travel.db', 8)).toMatchObject({ same: false, unsent: 2 })
    const { account } = await run('exchange ee/travel.db')
    expect(account).toMatchObject({ made: 2, applied: 1, overruled: 1 })
    expect(await run('verify ee/travel.db')).toMatchObject({ same: true, unsent: 0 })
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
})

describe('home', () => {
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
})

describe('afterwards', () => {
  test('old log rows go, after a question', async () => {
    expect(await run('prune central.db --days 0 --yes')).toMatchObject({ heldBackBy: 'prototype' })
  })

  test('a database of this version needs no upgrade', async () => {
    expect(await run('upgrade central.db')).toMatchObject({ from: 1, to: 1, steps: [] })
  })

  test('the model can be looked up, with and without a database', async () => {
    expect((await run('dictionary')).tables.length).toBeGreaterThan(40)
    expect(await run('dictionary contact --of central.db')).toMatchObject({ name: 'contact', number: 5 })
    await refused('dictionary nothing', 2, 'TABLE_UNKNOWN')
  })

  test('deactivated and removed, it is an ordinary database', async () => {
    await run('deactivate central.db --yes')
    expect((await run('status central.db')).prototypes).toEqual([])
    await run('remove central.db --yes')
    const database = new Database(at('central.db'), { readonly: true })
    expect(database.prepare('select name from contact where contact_id = 3').pluck().get()).toBe('Road AS')
    expect(database.prepare(`select name from sqlite_schema where name like 'hc%'`).all()).toEqual([])
    database.close()
    await refused('status central.db', 5, 'DATABASE_INVALID')
  })

  test('every command was part of the story, and answered with one object', async () => {
    for (const line of ['config', 'explain']) await run(line)
    expect(leaves(program()).filter(name => !answered.has(name))).toEqual([])
    expect(answered.size).toBeGreaterThan(25)
  })
})

function leaves(command: Command, names: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [names.join(' ')]
  return command.commands.flatMap(each => leaves(each, [...names, each.name()]))
}
