/** Our own tables carry a version: newer programs bring older databases up to theirs, older ones refuse newer. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { machine } from '../../src/app/wire.ts'
import { readSetting, writeSetting } from '../../src/log/settings.ts'
import { openSite } from '../../src/travel/open.ts'
import { upgrade } from '../../src/travel/upgrade.ts'
import { runSteps, SCHEMA_VERSION, type UpgradeStep } from '../../src/travel/upgrade-steps.ts'
import { onPostgres } from '../support/central.ts'
import { notebook } from '../support/notebook.ts'
import { openOffice } from '../support/office.ts'

const noted = (to: number): UpgradeStep => ({
  to,
  what: `step ${to}`,
  run: async write => {
    const before = (await readSetting(write, 'steps')) ?? ''
    await writeSetting(write, 'steps', `${before}${to} `)
  },
})
const setVersion = (office: Awaited<ReturnType<typeof openOffice>>, version: number) =>
  office.site.db.change(write => writeSetting(write, 'schema-version', String(version)))

test('the steps that are needed run in order, and no step runs twice', async () => {
  await using office = await openOffice({ dictionary: notebook })
  const steps = [noted(2), noted(3), noted(4)]
  const { db } = office.site
  expect(await db.change(write => runSteps(write, steps, 3))).toHaveLength(2)
  expect(await db.change(write => runSteps(write, steps, 4))).toHaveLength(1)
  expect(await db.snapshot(read => readSetting(read, 'steps'))).toBe('2 3 4 ')
})

test('a step that fails takes those before it back', async () => {
  await using office = await openOffice({ dictionary: notebook })
  const failing = { ...noted(3), run: () => Promise.reject(new Error('no room')) }
  const { db } = office.site
  await expect(db.change(write => runSteps(write, [noted(2), failing], 3))).rejects.toThrow('no room')
  expect(await db.snapshot(read => readSetting(read, 'steps'))).toBeUndefined()
  expect(await db.snapshot(read => readSetting(read, 'schema-version'))).toBe(String(SCHEMA_VERSION))
})

test('on a server the copy is the administrator’s: nothing is done before it is there', async () => {
  await using office = await openOffice({ dictionary: notebook, at: onPostgres })
  await setVersion(office, SCHEMA_VERSION - 1)
  const upgraded = (saved?: (command: string) => Promise<void>) =>
    upgrade(machine(), { path: office.site.path, ...(saved && { saved }) }, [noted(SCHEMA_VERSION)])
  await expect(upgraded()).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' })
  await expect(upgraded(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await office.site.db.snapshot(read => readSetting(read, 'steps'))).toBeUndefined()

  const asked: string[] = []
  expect(await upgraded(async command => void asked.push(command))).toMatchObject({ copy: undefined })
  expect(asked).toEqual([expect.stringMatching(/^pg_dump .*--schema='"Office \d+"' .*'postgres:[^?]*'$/)])
  expect(await office.site.db.snapshot(read => readSetting(read, 'steps'))).toBe(`${SCHEMA_VERSION} `)
})

test('a database as new as the program is left alone', async () => {
  await using office = await openOffice({ dictionary: notebook })
  const { path } = office.site
  expect(await upgrade(machine(), { path })).toMatchObject({ steps: [], copy: undefined })
  expect(existsSync(`${path}.version-${SCHEMA_VERSION}`)).toBe(false)
})

test('an older central database wants to be upgraded, a newer one a newer program', async () => {
  await using office = await openOffice({ dictionary: notebook })
  const open = () => openSite(machine(), { path: office.site.path })
  await setVersion(office, SCHEMA_VERSION - 1)
  await expect(open()).rejects.toMatchObject({ code: 'DATABASE_TOO_OLD' })
  await setVersion(office, SCHEMA_VERSION + 1)
  await expect(open()).rejects.toMatchObject({ code: 'DATABASE_TOO_NEW' })
  await expect(upgrade(machine(), { path: office.site.path })).rejects.toMatchObject({
    code: 'DATABASE_TOO_NEW',
  })
})
