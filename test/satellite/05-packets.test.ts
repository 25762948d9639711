/** What only a satellite's packets say, read by docs/packet-format.md alone. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { understand } from '../golden/independent-contents.ts'
import { readIndependently } from '../golden/independent-reader.ts'
import { EVA, KAI, NORDLYS, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

const CONTACT = 5

test('an edit that is passed on, its history, its verdict, and the travellers of the office', async () => {
  await using office = await openAtHome()
  await office.sql(`update area set encryptedcomm = 0 where name = 'North'`)
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await office.desk.update('contact', NORDLYS, { associate_id: KAI }, 1)
  await north.exchange()
  office.clock.pass(60)
  const made = office.clock.now()
  await ee.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  office.clock.pass(60)
  await ee.exchange()
  await north.exchange()

  const ups = await packetsOf(north.folder, 'up')
  const up = ups.find(packet => packet.operations.some(operation => operation.passed))!
  expect(up.operations.filter(operation => operation.passed)).toMatchObject([
    { table: CONTACT, record: NORDLYS, kind: 'put', time: made, associate: EVA, base: expect.any(Array) },
  ])
  const { branch } = ups.findLast(packet => packet.branch)!
  expect(branch).toMatchObject({
    links: [{ name: 'ee', state: 'away', tag: ee.site.identity.tag, made: 1 }],
    pairs: [],
    key: expect.any(Uint8Array),
  })
  const dwns = await packetsOf(north.folder, 'dwn')
  expect(dwns.flatMap(packet => packet.verdicts)).toMatchObject([
    { table: CONTACT, record: NORDLYS, tag: ee.site.identity.tag, verdict: expect.any(String) },
  ])
})

test('what a traveller made is marked in the history that goes on', async () => {
  await using office = await openAtHome()
  await office.sql(`update area set encryptedcomm = 0 where name = 'North'`)
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  await ee.desk.insert('contact', { name: 'Skrei', associate_id: EVA }, EVA)
  await ee.exchange()
  await north.desk.update('contact', NORDLYS, { name: 'Nordlys AS' }, EVA)
  await north.exchange()
  const ups = await packetsOf(north.folder, 'up')
  expect(ups.flatMap(packet => packet.log).map(({ table, brought }) => [table, brought])).toEqual([
    [CONTACT, true],
    [CONTACT, false],
  ])
  const { branch } = ups.findLast(packet => packet.branch)!
  expect(branch!.pairs).toMatchObject([[ee.site.identity.tag, CONTACT, 0x7e000001, 0x01000001, 1]])
})

async function packetsOf(folder: string, direction: 'up' | 'dwn') {
  const [trip] = await readdir(join(folder, 'packets'))
  const done = join(folder, 'packets', trip!, 'done')
  const names = (await readdir(done)).filter(name => name.endsWith(`.${direction}`)).sort()
  const read = async (name: string) =>
    understand(readIndependently(await readFile(join(done, name)), undefined).blocks)
  return Promise.all(names.map(read))
}
