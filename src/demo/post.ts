/**
 * Post: the folder in which packets travel, in the hands of people: a file is thrown away, copied, forgotten, damaged.
 * Every mishap is really done to the file, and kept for the report.
 */
import { copyFile, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Mishap = 'lost' | 'repeated' | 'reordered' | 'damaged'

export interface Incident {
  readonly packet: string
  readonly what: Mishap
  readonly how: string
  /** Filled in when the other end is well again. */
  healed: string
}

const EXCUSES: Readonly<Record<Mishap, readonly string[]>> = {
  lost: ['the memory stick went through the washing', 'somebody tidied up the shared folder'],
  repeated: ['the mail server delivered it twice', 'an old copy turned up on the share'],
  reordered: ['it stayed in a pocket, and the next one arrived first'],
  damaged: ['one bit was turned over on the way: put aside in quarantine'],
}

/** @param folder of one journey: packets in it, `done/` for what was read */
export class Post {
  readonly folder: string
  readonly incidents: Incident[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  async lose(packet: string): Promise<Incident> {
    await unlink(join(this.folder, packet))
    return this.#note(packet, 'lost')
  }

  /** What was read long ago turns up once more. */
  async repeat(packet: string): Promise<Incident> {
    await copyFile(join(this.folder, 'done', packet), join(this.folder, packet))
    return this.#note(packet, 'repeated')
  }

  /** Kept in a pocket until `deliver`, while a later one arrives. */
  async holdBack(packet: string): Promise<{ incident: Incident; deliver: () => Promise<void> }> {
    const pocket = join(this.folder, `${packet}.in-a-pocket`)
    await rename(join(this.folder, packet), pocket)
    const incident = this.#note(packet, 'reordered')
    return { incident, deliver: () => rename(pocket, join(this.folder, packet)) }
  }

  /** One bit is turned over. */
  async damage(packet: string): Promise<Incident> {
    const path = join(this.folder, packet)
    const bytes = await readFile(path)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = bytes[middle]! ^ 1
    await writeFile(path, bytes)
    return this.#note(packet, 'damaged')
  }

  /** What was lost or damaged comes again by itself with what is sent next: the same number, the same bytes. */
  sentAgain(
    sent: readonly { readonly name: string; readonly bytes: number; readonly fresh: boolean }[],
    when: string,
  ) {
    for (const { name, bytes, fresh } of sent) {
      const incident = this.incidents.find(({ packet, healed }) => packet === name && healed === '')
      if (incident && !fresh)
        incident.healed = `sent again on ${when} by itself, the same ${(bytes / 1_000).toFixed(1)} kB`
    }
  }

  /** Names of packets that nobody has read yet. */
  async waiting(extension: 'up' | 'dwn'): Promise<string[]> {
    return (await readdir(this.folder)).filter(name => name.endsWith(`.${extension}`)).sort()
  }

  /** Paths of all packets of one direction, read or not. */
  async all(extension: 'up' | 'dwn'): Promise<string[]> {
    const done = await readdir(join(this.folder, 'done'))
    const read = done
      .filter(name => name.endsWith(`.${extension}`))
      .map(name => join(this.folder, 'done', name))
    return [...read, ...(await this.waiting(extension)).map(name => join(this.folder, name))]
  }

  #note(packet: string, what: Mishap): Incident {
    const told = this.incidents.filter(incident => incident.what === what).length
    const how = EXCUSES[what][told % EXCUSES[what].length]!
    const incident = { packet, what, how, healed: '' }
    this.incidents.push(incident)
    return incident
  }
}
