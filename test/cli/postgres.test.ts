/**
 * The commands on a PostgreSQL server: the story in short, each test needs the ones before it; then what people get wrong.
 * Whatever is printed names the address without its password.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeDatabase, openDatabase, sql } from '../../src/index.ts'
import { notebook } from '../support/notebook.ts'
import { asAdmin, postgresServer, type TestDatabase, testDatabase } from '../support/postgres-server.ts'
import { type Ended, homecoming } from './command-line.ts'

/** Of a name for which the servers of the tests ask for a password. */
const USER = `locked_cli_${process.pid}`
const PASSWORD = 'sesame-4711'

const folder = mkdtempSync(join(tmpdir(), 'homecoming-cli-postgres-'))
const at = (...names: string[]): string => join(folder, ...names)
let database: TestDatabase
/** As it is shown and noted: without the password, which commands find in PGPASSWORD. */
let office: string

beforeAll(async () => {
  database = await testDatabase(await postgresServer())
  await program(`create role ${USER} login password '${PASSWORD}'; alter database ${database.name} owner to ${USER};
    create schema theirs; create table theirs.stock (id int); grant usage on schema theirs to public;
    create schema closed; create table closed.stock (id int); grant all on database ${database.name} to ${USER}`)
  office = addressOf('Office')
})

afterAll(async () => {
  await program(`reassign owned by ${USER} to current_user; drop owned by ${USER}`)
  await program(`alter database ${database.name} owner to current_user; drop role ${USER}`)
  await database[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** Another program at the office, which knows nothing of us. */
const program = (statements: string) => asAdmin(database.admin, client => client.query(statements))

function addressOf(schema: string, { user = USER, password = '', name = database.name } = {}): string {
  const { host } = new URL(database.address)
  return `postgres://${user}${password && `:${password}`}@${host}/${name}?schema=${schema}`
}

async function ended(line: string, PGPASSWORD = PASSWORD): Promise<Ended> {
  const environment = { HOMECOMING_HOME: at('beside'), ...(PGPASSWORD && { PGPASSWORD }) }
  const result = await homecoming(line.split(' '), { folder, environment })
  expect(`${result.stdout}${result.stderr}`).not.toContain(PASSWORD)
  return result
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever a command printed
async function run(line: string): Promise<any> {
  const { code, stdout, stderr } = await ended(`${line} --json`)
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' })
  return JSON.parse(stdout)
}

async function shown(line: string): Promise<string> {
  const { code, stdout, stderr } = await ended(line)
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' })
  return stdout
}

async function atTheLaptop(statement: string): Promise<void> {
  const laptop = await openDatabase(at('ee', 'travel.db'))
  await laptop.db.change(write => write.run(sql.raw(statement)))
  await closeDatabase(laptop)
}

describe('from an empty database to one that is empty of us', () => {
  test('a central database is created in a schema, by an address with a password, and its key in a folder', async () => {
    const made = await shown(`create ${addressOf('Office', { password: PASSWORD })} --records 500 --seed 3`)
    expect(made).toContain(`Created the central database '${office}' with the CRM model and`)
    expect(made).toMatch(/Its key is beside\/.*_Office\/installation\.key/)
    expect(made).toContain(`Next: homecoming activate '${office}'`)
  })

  test('what activating will make is told first, and then made', async () => {
    const { made } = await run(`activate ${office} --plan`)
    expect(made).toContain('hc_contact_update')
    expect(made.filter((name: string) => !name.startsWith('hc_'))).toEqual([])
    expect(await run(`activate ${office}`)).toMatchObject({ active: true, made })
  })

  test('a person leaves with a file', async () => {
    await run(`associate grant ${office} ee`)
    await run(`prototype build ${office}`)
    expect(await run(`go ${office} ee --to ee`)).toMatchObject({ database: at('ee', 'travel.db') })
    expect(await shown(`status ${office}`)).toMatch(/ee +away +everything/)
  })

  test('both work, and exchange: the later edit stands, the other is among the conflicts', async () => {
    await atTheLaptop(`update contact set name = 'By ee' where contact_id = 3`)
    await atTheLaptop(`update contact set name = 'By ee' where contact_id = 4`)
    await program(`update "Office".contact set name = 'By another program' where contact_id in (3, 5)`)

    expect(await shown('exchange ee/travel.db')).toContain(`Exchanged with '${office}'`)

    const { rows } = await program(
      'select name from "Office".contact where contact_id in (3, 4, 5) order by contact_id',
    )
    expect(rows.map(({ name }) => name)).toEqual(['By another program', 'By ee', 'By another program'])
    const { conflicts } = await run(`conflicts ${office}`)
    expect(conflicts).toMatchObject([
      { table: 'contact', record: 3, fields: [{ field: 'name', mine: 'By ee' }] },
    ])
    expect(await run(`log ${office} --table contact --limit 9`)).toMatchObject({
      entries: expect.arrayContaining([expect.objectContaining({ record: 5, who: 'admin', origin: 'here' })]),
    })
  })

  test('both hold the same, and the doctor finds nothing wrong', async () => {
    const [verified, examined] = await Promise.all([run('verify ee/travel.db'), run(`doctor ${office}`)])
    expect(verified).toMatchObject({ same: true })
    expect(examined).toMatchObject({ ok: true })
  })

  test('the doctor names a trigger that somebody dropped, and it is put back', async () => {
    await program('drop trigger hc_update on "Office".contact')
    const { code, stdout } = await ended(`doctor ${office}`)
    expect({ code, stdout }).toEqual({ code: 4, stdout: expect.stringContaining('hc_contact_update') })
    expect((await run(`activate ${office} --repair`)).mended).toHaveLength(1)
  })

  test('home: every edit is accounted for', async () => {
    expect((await run('home ee/travel.db --yes')).account).toMatchObject({
      made: 2,
      applied: 1,
      overruled: 1,
    })
    expect((await run(`receipts ${office}`)).receipts).toMatchObject([{ name: 'ee', made: 2 }, { made: 0 }])
  })

  test('an office in another city has a schema of its own', async () => {
    const bergen = addressOf('Bergen')
    await run(`area create ${office} Bergen --include ee --assign ee`)
    await refused(`satellite create ${office} Bergen --to ${addressOf('theirs')}`, 4, 'DATABASE_EXISTS')
    expect(await run(`satellite create ${office} Bergen --to ${bergen}`)).toMatchObject({
      number: 1,
      database: bergen,
    })
    await program(`update "Office".contact set name = 'For Bergen' where contact_id = 3`)
    await run(`exchange ${bergen}`)
    expect(await run(`verify ${bergen}`)).toMatchObject({ same: true })
    expect(await shown(`satellite list ${office}`)).toMatch(/Bergen +Bergen +at work +ee/)
    await run(`satellite retire ${bergen} --yes`)
  })

  test('removed, it is an ordinary database again', async () => {
    expect(await shown(`remove ${office} --yes`)).toContain(`'${office}' is an ordinary database again`)
    const { rows } = await program(`select name from "Office".contact where contact_id = 3`)
    expect(rows).toEqual([{ name: 'For Bergen' }])
    const { rows: left } = await program(`select relname from pg_class where relname like 'hc\\_%'
      and relnamespace = '"Office"'::regnamespace`)
    expect(left).toEqual([])
    await refused(`status ${office}`, 5, 'DATABASE_INVALID', /check the path or the address/)
  })
})

/** @param says the fact and the next action */
async function refused(
  line: string,
  exit: number,
  code: string,
  says = /./,
  password = PASSWORD,
): Promise<void> {
  const { code: given, stdout, stderr } = await ended(line, password)
  expect({ line, given, stdout }).toEqual({ line, given: exit, stdout: '' })
  expect(stderr).toMatch(new RegExp(`^homecoming: .*\\n${code}\\. .+\\n$`))
  expect(stderr).toMatch(says)
}

describe('what people get wrong is named, with what to do', () => {
  test('logging in', async () => {
    await Promise.all([
      refused(
        `status ${office}`,
        6,
        'SERVER_LOGIN_REFUSED',
        /refused the login.*\n.*PGPASSWORD/,
        'sesame-4712',
      ),
      refused(`status ${office}`, 6, 'SERVER_LOGIN_REFUSED', /asks for a password.*\n.*PGPASSWORD/, ''),
      refused(`create ${addressOf('x', { password: 'sesame-4712' })}`, 6, 'SERVER_LOGIN_REFUSED'),
    ])
  })

  test('places that are not there', async () => {
    const nowhere = { password: PASSWORD, name: 'no_such_database' }
    const nobody = `postgres://${USER}:${PASSWORD}@127.0.0.1:1/crm`
    await Promise.all([
      refused(`status ${addressOf('public', nowhere)}`, 5, 'DATABASE_NOT_FOUND', /no_such_database/),
      refused(`create ${addressOf('public', nowhere)}`, 5, 'DATABASE_NOT_FOUND', /createdb no_such_database/),
      refused(`status ${addressOf('nothing')}`, 5, 'DATABASE_NOT_FOUND', /schema=nothing/),
      refused(`create ${nobody}`, 7, 'DATABASE_UNREACHABLE', /127\.0\.0\.1:1.*\n.*the server runs/),
      refused(`status postgres://me:${PASSWORD}@127.0.0.1`, 2, 'SETTING_INVALID', /one is postgres:/),
      refused(`status mysql://me:${PASSWORD}@127.0.0.1/crm`, 2, 'SETTING_INVALID', /mysql:\/\/ is no place/),
      refused(`go ${office} ee --to ${nobody}`, 2, 'USAGE', /a folder/),
    ])
  })

  test('schemas that are taken, or closed', async () => {
    writeFileSync(at('model.json'), JSON.stringify(notebook))
    const [theirs, closed] = [addressOf('theirs'), addressOf('closed')]
    await Promise.all([
      refused(`create ${theirs}`, 4, 'DATABASE_EXISTS', /such as "stock".*\n.*another schema.*--adopt/),
      refused(`status ${theirs}`, 5, 'DATABASE_INVALID'),
      refused(`create ${theirs} --dictionary model.json --adopt`, 6, 'RIGHTS_MISSING', /schema theirs/),
      refused(`status ${closed}`, 6, 'RIGHTS_MISSING', /GRANT USAGE/),
      refused(
        `create ${addressOf('mine', { user: 'homecoming_test', password: 'homecoming_test' })}`,
        6,
        'RIGHTS_MISSING',
      ),
    ])
  })

  test('a setting that is an address is shown without its password', async () => {
    const parent = addressOf('Office', { password: PASSWORD })
    const environment = { HOMECOMING_PARENT: parent }
    for (const format of ['', ' --json']) {
      const { stdout } = await homecoming(`config${format}`.split(' '), { folder, environment })
      expect(stdout).toContain(office)
      expect(stdout).not.toContain(PASSWORD)
    }
  })
})
