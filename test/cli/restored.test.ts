/** What an exchange says where a laptop was put back to an older copy: what people see, and what scripts go by. */
import { cpSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { homecoming } from './command-line.ts'
import { Story } from './story/story.ts'

async function eeIsAway(): Promise<Story> {
  const story = new Story()
  for (const line of [
    'create central.db --records 500',
    'activate central.db',
    'associate grant central.db ee',
    'prototype build central.db',
    'go central.db ee --to ee',
  ])
    await story.run(line)
  return story
}

test('an exchange within which a restored laptop and its office find together ends well, and says so', async () => {
  using story = await eeIsAway()
  const { run, shown, at, onTheRoad } = story
  cpSync(at('ee'), at('copy'), { recursive: true })
  await onTheRoad('ee/travel.db', `update contact set name = 'Lost AS' where contact_id = 3`)
  await run('exchange ee/travel.db')
  rmSync(at('ee'), { recursive: true })
  cpSync(at('copy'), at('ee'), { recursive: true })
  await onTheRoad('ee/travel.db', `update contact set name = 'After AS' where contact_id = 4`)

  const said = await shown('exchange ee/travel.db')
  expect(said).toContain('2 edits made: 2 applied.')
  expect(said).toContain('both have found together again. In quarantine, from before that: ee0001.up.')
  expect(said).not.toContain('LINK_REJOINING')
  expect(await run('exchange ee/travel.db')).toMatchObject({
    sent: [],
    received: [],
    refused: [],
    rejoined: false,
  })
  expect(await run('verify ee/travel.db')).toMatchObject({ same: true })
})

test('where the office was put back, and nobody has said so there, the exchange says what to do', async () => {
  using story = await eeIsAway()
  const { run, shown, at, onTheRoad } = story
  cpSync(at('central.db'), at('older.db'))
  story.atOffice(`update contact set name = 'Lost AS' where contact_id = 3`)
  await onTheRoad('ee/travel.db', `update contact set name = 'Road AS' where contact_id = 4`)
  await run('exchange ee/travel.db')
  for (const end of ['-wal', '-shm']) rmSync(at(`central.db${end}`), { force: true })
  cpSync(at('older.db'), at('central.db'))
  story.atOffice(`update contact set name = 'After AS' where contact_id = 5`)

  const said = await shown('exchange ee/travel.db')
  expect(said).toContain('central.db had been restored from an older copy: both have found together again.')
  expect(said).toContain('homecoming restored central.db')
})

test('who brings a second copy home over a folder is told at the office that the other one is home', async () => {
  using story = await eeIsAway()
  const { run, shown, at, onTheRoad } = story
  cpSync(at('ee'), at('copy'), { recursive: true })
  await run('home ee/travel.db --yes')
  await onTheRoad('copy/travel.db', `update contact set name = 'Late AS' where contact_id = 3`)
  await run('home copy/travel.db --step up --yes')

  const { code, stdout } = await homecoming(
    ['home', 'central.db', '--step', 'release', '--who', 'ee', '--packets', at('copy', 'packets')],
    { folder: at() },
  )
  expect(code).toBe(5)
  expect(stdout).toContain('ee is home already, with another copy of this travel database')
  expect(stdout).not.toContain('--step finish')
  expect(await shown('status central.db')).toContain('Nobody is away.')
})
