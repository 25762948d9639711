/** Pass over: a packet that has its place in the chain and nothing to say. */
import type { ReadPacket } from '../apply/read-up.ts'
import { noteReceived } from '../apply/received.ts'
import type { Site } from '../log/site.ts'
import type { Link } from '../packet/link.ts'
import type { Writing } from '../storage/contract.ts'

export async function passOver(site: Site, write: Writing, link: Link, packet: ReadPacket): Promise<void> {
  await noteReceived(site, write, link, { ...packet, positions: undefined })
}
