/**
 * Post: packets of a history on their way, in single steps, and what happens to them there.
 * Notes:  a packet that is refused for a reason that nothing here gives.
 */
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { journeyCarrier } from '../../../src/app/wire.ts'
import { linkByTag } from '../../../src/packet/link.ts'
import { type Received, receive } from '../../../src/travel/receive.ts'
import { sendDwn, sendUp } from '../../../src/travel/send.ts'
import type { Laptop, Office } from '../office.ts'
import type { Child } from './commands.ts'
import type { Restores } from './restores.ts'

const STEPS = ['sendUp', 'receiveUp', 'sendDwn', 'receiveDwn'] as const
type Step = (typeof STEPS)[number]

export class Post {
  readonly #office: Office
  readonly #laptops: readonly Laptop[]
  readonly #restores: Restores
  readonly #wrong: string[]

  constructor(office: Office, laptops: readonly Laptop[], restores: Restores, wrong: string[]) {
    this.#office = office
    this.#laptops = laptops
    this.#restores = restores
    this.#wrong = wrong
  }

  #carrier(laptop: Laptop) {
    return journeyCarrier(laptop.site, join(laptop.folder, 'packets'), laptop.site.identity)
  }

  async link(laptop: Laptop): Promise<number> {
    const link = await this.#office.site.db.snapshot(read => linkByTag(read, laptop.site.identity.tag))
    return link!.link_id
  }

  async packet(kind: Step, child: Child): Promise<number> {
    const laptop = this.#laptops[child]!
    const carrier = this.#carrier(laptop)
    const done = await this.#pass(kind, laptop, carrier)
    await this.#restores.noteSealed(laptop)
    return done
  }

  async #pass(kind: Step, laptop: Laptop, carrier: ReturnType<typeof journeyCarrier>): Promise<number> {
    if (kind === 'sendUp') return (await sendUp(laptop.site, carrier)).length
    if (kind === 'sendDwn') return (await sendDwn(this.#office.site, await this.link(laptop), carrier)).length
    return this.#noBreak(await receive(kind === 'receiveUp' ? this.#office.site : laptop.site, carrier))
  }

  /** A damaged packet is put aside. Nothing that happens here is a reason to break a link or to refuse its sender. */
  #noBreak(received: readonly Received[]): number {
    for (const one of received)
      if (one.what === 'quarantined' && !DAMAGE.has(one.code!) && !this.#restores.mayRefuse(one))
        this.#wrong.push(`${one.name}: ${one.code} ${one.message}`)
    return received.filter(one => one.what !== 'waiting').length
  }

  async exchange(child: Child): Promise<number> {
    let busy = 0
    for (const kind of STEPS) busy += await this.packet(kind, child)
    return busy
  }

  async fault(command: { kind: 'lose' | 'repeat' | 'damage'; child: Child; seed: number }): Promise<void> {
    const packets = join(this.#laptops[command.child]!.folder, 'packets')
    const [trip] = await readdir(packets).catch(() => [])
    if (!trip) return
    const folder = join(packets, trip)
    const from = command.kind === 'repeat' ? join(folder, 'done') : folder
    const names = (await readdir(from).catch(() => [])).filter(name => /\.(up|dwn)$/.test(name)).sort()
    const name = names[command.seed % Math.max(names.length, 1)]
    if (!name) return
    if (command.kind === 'lose') await rm(join(from, name))
    else if (command.kind === 'repeat') await copyFile(join(from, name), join(folder, name))
    else await damage(join(from, name), command.seed)
  }
}

/** What a changed byte may look like, depending on where it is. */
const DAMAGE: ReadonlySet<string> = new Set([
  'PACKET_DAMAGED',
  'PACKET_INVALID',
  'PACKET_FOREIGN',
  'PACKET_TOO_NEW',
  'KEY_WRONG',
])

async function damage(path: string, seed: number): Promise<void> {
  const bytes = await readFile(path)
  const at = seed % bytes.length
  bytes[at] = bytes[at]! ^ 0x55
  await writeFile(path, bytes)
}
