/** Packets that must not be applied. Every byte and every length is flips.test.ts; here are both ends, once each. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { releaseHome, sealForHome } from '../../src/app/journey.ts'
import { PARENT_LINK } from '../../src/log/version.ts'
import { writePacket } from '../../src/packet/container.ts'
import type { PacketHead } from '../../src/packet/content.ts'
import { linkKey } from '../../src/packet/keys-of-links.ts'
import { linkById } from '../../src/packet/link.ts'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'
import { receive } from '../../src/travel/receive.ts'
import { sendDwn, sendUp } from '../../src/travel/send.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import { Scene } from '../support/bad-input-scene.ts'
import { alter, cutInHalf } from '../support/damage.ts'
import type { Row } from './rows.ts'

const readUp: Row['run'] = scene => receive(scene.office.site, scene.carrier())
const readDwn: Row['run'] = scene => receive(scene.laptop.site, scene.carrier())

async function dwn(scene: Scene): Promise<string> {
  const [packet] = await sendDwn(scene.office.site, (await scene.link()).link_id, scene.carrier())
  // What the child has not sent is sealed before it reads: so it has nothing to change when it refuses.
  await sendUp(scene.laptop.site, scene.carrier())
  return join(scene.packets(), packet!.name)
}

/** As it was when it was read, back in the folder. */
function again(scene: Scene, path: string): void {
  copyFileSync(join(scene.packets(), 'done', path.split('/').at(-1)!), path)
}

/** Another installation's UP, in our folder. */
async function strangersUp(scene: Scene): Promise<void> {
  await using other = await Scene.open()
  await scene.up()
  await receive(scene.office.site, scene.carrier())
  copyFileSync(await other.up(), join(scene.packets(), 'stranger0001.up'))
}

/** The DWN of `jo`, in the folder of `ee`. */
async function colleaguesDwn(scene: Scene): Promise<void> {
  await sendUp(scene.laptop.site, scene.carrier())
  const colleague = await scene.office.leave('jo')
  await scene.office.desk.update('book', 2, { title: 'Stars, once more' }, 3)
  const [packet] = await sendDwn(
    scene.office.site,
    (await scene.link(colleague)).link_id,
    scene.carrier(colleague),
  )
  copyFileSync(join(scene.packets(colleague), packet!.name), join(scene.packets(), packet!.name))
}

/** The next format: whatever comes, its label keeps magic, format, length, body and digest. */
function asNextFormat(path: string): void {
  const bytes = readFileSync(path)
  const end = 12 + bytes.readUInt16BE(10)
  bytes.writeUInt16BE(bytes.readUInt16BE(8) + 1, 8)
  bytes.set(nodePlatform().cipher.digest(bytes.subarray(0, end)), end)
  writeFileSync(path, bytes)
}

/** Ours in every respect, but for a frame of a kind that nobody has thought of yet. */
async function withFutureFrame(scene: Scene): Promise<void> {
  await scene.laptop.exchange()
  const { platform, identity, db, dictionary } = scene.laptop.site
  const link = (await db.snapshot(read => linkById(read, PARENT_LINK)))!
  const head: Partial<PacketHead> = {
    ...EMPTY_HEAD,
    previous: link.out_hash,
    acknowledged: link.in_number,
    dictionary: dictionary.fingerprint,
    dictionaryVersion: dictionary.dictionary.version,
  }
  const number = link.out_number + 1
  const label = {
    format: 1,
    direction: 'up' as const,
    number,
    sender: identity.tag,
    receiver: link.tag,
    mode: link.mode,
  }
  const writer = await platform.files.writer(join(scene.packets(), 'ee0099.up'))
  await writePacket(platform, writer, label, linkKey(scene.laptop.site, link), head, futureFrames())
  await writer.publish()
}

async function* futureFrames() {
  yield { kind: 99, body: ['telepathy'] }
}

const EMPTY_HEAD = {
  created: 0,
  firstPosition: 1,
  lastPosition: 0,
  firstLogId: 0,
  lastLogId: 0,
  content: false,
  resend: [],
  final: false,
  made: 0,
  cancelled: 0,
  created_records: 0,
  pairs: [],
  wanted: [],
}

export const packetRows: readonly Row[] = [
  {
    input: 'a packet cut short',
    step: 'read an UP',
    answer: 'PACKET_DAMAGED',
    make: async scene => cutInHalf(await scene.up()),
    run: readUp,
  },
  {
    input: 'a packet cut short',
    step: 'read a DWN',
    answer: 'PACKET_DAMAGED',
    make: async scene => cutInHalf(await dwn(scene)),
    run: readDwn,
  },
  {
    input: 'a packet altered in any byte',
    step: 'read an UP',
    answer: 'PACKET_DAMAGED',
    make: async scene => alter(await scene.up()),
    run: readUp,
  },
  {
    input: 'a packet altered in any byte',
    step: 'read a DWN',
    answer: 'PACKET_DAMAGED',
    make: async scene => alter(await dwn(scene)),
    run: readDwn,
  },
  {
    input: 'a packet of another child',
    step: 'read an UP of another installation',
    answer: 'PACKET_FOREIGN',
    make: strangersUp,
    run: readUp,
  },
  {
    input: 'a packet of another child',
    step: 'read the DWN of a colleague',
    answer: 'PACKET_FOREIGN',
    make: colleaguesDwn,
    run: async scene =>
      ((await readDwn(scene)) as { code?: string }[]).filter(({ code }) => code !== undefined),
  },
  {
    input: 'a packet already applied',
    step: 'read an UP again',
    answer: 'repeated',
    make: async scene => {
      const path = await scene.up()
      await readUp(scene)
      again(scene, path)
      await readUp(scene)
      again(scene, path)
    },
    run: readUp,
  },
  {
    input: 'a packet already applied',
    step: 'read the last UP again after homecoming',
    answer: 'repeated',
    make: async scene => {
      const [last] = await sealForHome(scene.laptop.site)
      await releaseHome(scene.office.site, scene.laptop.site.identity, join(scene.laptop.folder, 'packets'))
      again(scene, join(scene.packets(), last!.name))
    },
    run: readUp,
  },
  {
    input: 'a packet from a written-off laptop',
    step: 'read an UP',
    answer: 'PACKET_RETIRED',
    make: async scene => {
      await scene.up()
      await writeOff(scene.office.site, 'ee')
    },
    run: readUp,
  },
  {
    input: 'a packet from the future',
    step: 'read an UP of the next format',
    answer: 'PACKET_TOO_NEW',
    make: async scene => asNextFormat(await scene.up()),
    run: readUp,
  },
  {
    input: 'a packet from the future',
    step: 'read a DWN of the next format',
    answer: 'PACKET_TOO_NEW',
    make: async scene => asNextFormat(await dwn(scene)),
    run: readDwn,
  },
  {
    input: 'a packet from the future',
    step: 'read an UP with a frame of an unknown kind',
    answer: 'PACKET_TOO_NEW',
    make: withFutureFrame,
    run: readUp,
  },
]
