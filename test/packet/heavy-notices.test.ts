import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readUpdates, writeUpdates } from '../../src/app/journey.ts'
import { FRAME } from '../../src/packet/content.ts'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'
import { contents } from './support.ts'

const LONG = 'long '.repeat(600_000)

test('conflicts about long texts are told in several frames, so that any reader can hold one', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const ee = await office.leave('ee', { mode: 0 })
  const packets = join(ee.folder, 'packets')
  office.clock.pass(60)
  for (const note of [1, 2, 3]) await ee.desk.update('note', note, { text: `${LONG}away` })
  office.clock.pass(60)
  for (const note of [1, 2, 3]) await office.desk.update('note', note, { text: `${LONG}office` })
  await writeUpdates(ee.site)
  await readUpdates(office.site, { packets, only: 'ee' })
  const [answer] = await writeUpdates(office.site, { packets, only: 'ee' })

  const [trip = ''] = await readdir(packets)
  const { frames } = await contents(nodePlatform(), join(packets, trip, answer!.name), undefined)
  expect(frames.filter(frame => frame.kind === FRAME.conflicts)).toHaveLength(3)
  await readUpdates(ee.site)
  expect(await ee.desk.get('note', 3)).toMatchObject({ text: `${LONG}office` })
})
