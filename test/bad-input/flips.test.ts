/** Real packets of a real exchange, with every byte altered and at every length cut: found, refused, and sent again. */
import { appendFileSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finishHome, releaseHome, sealForHome } from '../../src/app/journey.ts'
import { journeyCarrier } from '../../src/app/wire.ts'
import type { Carrier } from '../../src/carrier/contract.ts'
import type { Site } from '../../src/log/site.ts'
import { linkByTag } from '../../src/packet/link.ts'
import { type Received, receive } from '../../src/travel/receive.ts'
import { sendDwn, sendUp } from '../../src/travel/send.ts'
import { verify } from '../../src/travel/verify.ts'
import { contentsOf } from '../support/contents.ts'
import { alter } from '../support/damage.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Laptop, type Office, openOffice } from '../support/office.ts'

const MODES = [0, 1, 2] as const

/** Somebody away, with edits on both sides that nobody has sent yet. */
async function someoneAway(mode: 0 | 1 | 2 = 2): Promise<{ office: Office; laptop: Laptop }> {
  const office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const laptop = await office.leave('ee', { mode })
  await laptop.desk.update('book', 1, { title: 'Ships, on the road' })
  await laptop.desk.insert('note', { book_id: 1, text: 'mast' })
  await office.desk.update('book', 2, { title: 'Stars, at the office' }, 3)
  return { office, laptop }
}

const packetsOf = ({ folder, site }: Laptop): string => {
  const packets = join(folder, 'packets')
  return join(packets, readdirSync(packets).find(name => name.endsWith(site.identity.tag.slice(0, 8)))!)
}

const carrierOf = ({ folder, site }: Laptop): Carrier =>
  journeyCarrier(site, join(folder, 'packets'), site.identity)

async function linkIdOf({ site }: Office, laptop: Laptop): Promise<number> {
  return (await site.db.snapshot(read => linkByTag(read, laptop.site.identity.tag)))!.link_id
}

/** One file waits; what becomes of it is noted and the file stays: made for thousands of attempts. */
class Attempts implements Carrier {
  readonly #path: string
  readonly #name: string
  settled: string[] = []

  constructor(path: string, name: string) {
    this.#path = path
    this.#name = name
  }

  async send(): Promise<void> {}
  holds = async (): Promise<boolean> => true
  waiting = async (): Promise<string[]> => [this.#name]
  fetch = async (): Promise<string> => this.#path
  async settle(_name: string, where: string, reason = ''): Promise<void> {
    this.settled.push(`${where} ${reason.split(':')[0]}`)
  }

  async read(site: Site, bytes: Uint8Array): Promise<Received> {
    writeFileSync(this.#path, bytes)
    const [result] = await receive(site, this)
    return result!
  }
}

function* damagedCopies(whole: Uint8Array): Generator<{ what: string; bytes: Uint8Array }> {
  for (let at = 0; at < whole.length; at++) {
    const bytes = Uint8Array.from(whole)
    bytes[at] = bytes[at]! ^ (1 << (at % 8))
    yield { what: `byte ${at} altered`, bytes }
  }
  for (let length = 0; length < whole.length; length++)
    yield { what: `cut at ${length}`, bytes: whole.subarray(0, length) }
  yield { what: 'something behind it', bytes: Uint8Array.from([...whole, 0]) }
}

async function expectEveryDamageFound(site: Site, path: string, name: string): Promise<void> {
  const whole = readFileSync(path)
  const before = await contentsOf(site)
  const attempts = new Attempts(path, name)
  for (const { what, bytes } of damagedCopies(whole)) {
    const { what: became, code } = await attempts.read(site, bytes)
    expect([what, became, code]).toEqual([
      what,
      'quarantined',
      expect.stringMatching(/^PACKET_(DAMAGED|INVALID)$/),
    ])
  }
  expect(attempts.settled.every(line => /^quarantine PACKET_(DAMAGED|INVALID)$/.test(line))).toBe(true)
  expect(await contentsOf(site)).toEqual(before)
  expect(await attempts.read(site, whole)).toMatchObject({ what: 'applied' })
}

test.each(MODES)(
  'an UP of encryption mode %i altered in any byte or cut anywhere is refused',
  async mode => {
    const { office, laptop } = await someoneAway(mode)
    await using _ = office
    const [packet] = await sendUp(laptop.site, carrierOf(laptop))
    await expectEveryDamageFound(office.site, join(packetsOf(laptop), packet!.name), packet!.name)
  },
  120_000,
)

test('a DWN altered in any byte or cut anywhere is refused', async () => {
  const { office, laptop } = await someoneAway()
  await using _ = office
  const [packet] = await sendDwn(office.site, await linkIdOf(office, laptop), carrierOf(laptop))
  await sendUp(laptop.site, carrierOf(laptop))
  await expectEveryDamageFound(laptop.site, join(packetsOf(laptop), packet!.name), packet!.name)
}, 120_000)

const quarantineOf = (laptop: Laptop): string[] => readdirSync(join(packetsOf(laptop), 'quarantine')).sort()

async function expectHealed(office: Office, laptop: Laptop, made: number): Promise<void> {
  expect(await verify(office.site, laptop.site)).toMatchObject({ same: true })
  expect((await laptop.comeHome()).account).toMatchObject({ made, applied: made, held: 0, unanswered: 0 })
}

test('a damaged UP goes to quarantine with its reason, and the next exchange sends it again', async () => {
  const { office, laptop } = await someoneAway()
  await using _ = office
  const [packet] = await sendUp(laptop.site, carrierOf(laptop))
  alter(join(packetsOf(laptop), packet!.name))
  await receive(office.site, carrierOf(laptop))

  expect(quarantineOf(laptop)).toEqual([packet!.name, `${packet!.name}.txt`])
  const reason = readFileSync(join(packetsOf(laptop), 'quarantine', `${packet!.name}.txt`), 'utf8')
  expect(reason).toMatch(/^PACKET_DAMAGED: .*\nIt is in quarantine; the next exchange sends it again\.\n$/)
  await laptop.exchange()
  await expectHealed(office, laptop, 2)
})

test('a damaged DWN goes to quarantine, and the next exchange sends it again', async () => {
  const { office, laptop } = await someoneAway()
  await using _ = office
  const [packet] = await sendDwn(office.site, await linkIdOf(office, laptop), carrierOf(laptop))
  alter(join(packetsOf(laptop), packet!.name))
  expect(await receive(laptop.site, carrierOf(laptop))).toMatchObject([{ code: 'PACKET_DAMAGED' }])
  await laptop.exchange()
  await expectHealed(office, laptop, 2)
})

test('a damaged repetition of a packet that was read breaks no link', async () => {
  const { office, laptop } = await someoneAway()
  await using _ = office
  await laptop.exchange()
  const [name] = readdirSync(join(packetsOf(laptop), 'done')).filter(each => each.endsWith('.up'))
  copyFileSync(join(packetsOf(laptop), 'done', name!), join(packetsOf(laptop), name!))
  alter(join(packetsOf(laptop), name!))
  expect(await receive(office.site, carrierOf(laptop))).toMatchObject([{ code: 'PACKET_DAMAGED' }])
  await laptop.desk.update('book', 1, { title: 'Ships, once more' })
  await laptop.exchange()
  await expectHealed(office, laptop, 3)
})

test('a packet with something behind its end is damaged, and is sent again', async () => {
  const { office, laptop } = await someoneAway()
  await using _ = office
  const [packet] = await sendUp(laptop.site, carrierOf(laptop))
  appendFileSync(join(packetsOf(laptop), packet!.name), 'mail footer')
  await laptop.exchange()
  expect(quarantineOf(laptop)).toContain(packet!.name)
  await laptop.exchange()
  await expectHealed(office, laptop, 2)
})

test.each([
  ['at its end', 40],
  ['at its beginning', Number.POSITIVE_INFINITY],
])(
  'a last UP and a release that were damaged %s are sent again, and the person comes home',
  async (_, fromEnd) => {
    const { office, laptop } = await someoneAway()
    await using __ = office
    const [last] = await sealForHome(laptop.site)
    const trip = laptop.site.identity
    const answer = () => releaseHome(office.site, trip, join(laptop.folder, 'packets'))
    alter(join(packetsOf(laptop), last!.name), fromEnd)
    expect(await answer()).toMatchObject({ home: false })
    await expect(finishHome(laptop.site)).rejects.toMatchObject({ code: 'RELEASE_MISSING' })

    await sealForHome(laptop.site)
    const { sent, home } = await answer()
    expect(home).toBe(true)
    alter(join(packetsOf(laptop), sent.at(-1)!.name), fromEnd)
    await expect(finishHome(laptop.site)).rejects.toMatchObject({ code: 'RELEASE_MISSING' })

    await answer()
    expect((await finishHome(laptop.site)).account).toMatchObject({ made: 2, applied: 2 })
  },
)
