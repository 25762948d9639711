/** The stage of a bad input: an office with `ee` away, work on both sides that nobody has sent, and `jo` at home. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { journeyCarrier, machine } from '../../src/app/wire.ts'
import type { Carrier } from '../../src/carrier/contract.ts'
import type { Site } from '../../src/log/site.ts'
import { type Link, linkByTag } from '../../src/packet/link.ts'
import { openSite } from '../../src/travel/open.ts'
import { setTravelRight } from '../../src/travel/people.ts'
import { sendUp } from '../../src/travel/send.ts'
import { contentsOf } from './contents.ts'
import { notebook } from './notebook.ts'
import { fillNotebook } from './notebook-world.ts'
import { type Laptop, type Office, openOffice } from './office.ts'

/** The notebook with numbered books, so that a series can run out. */
export const numbered = {
  ...notebook,
  tables: notebook.tables.map(table =>
    table.name === 'book'
      ? {
          ...table,
          fields: [...table.fields, { name: 'number', type: 'text', length: 20, default: '', series: true }],
        }
      : table,
  ),
}

export class Scene implements AsyncDisposable {
  readonly office: Office
  readonly laptop: Laptop

  static async open(): Promise<Scene> {
    const office = await openOffice({ dictionary: numbered, fill: fillNotebook })
    const laptop = await office.leave('ee')
    await office.site.db.change(write => setTravelRight(office.site, write, 'jo', true))
    await laptop.desk.update('book', 1, { title: 'Ships, on the road' })
    await laptop.desk.insert('note', { book_id: 1, text: 'mast' })
    await office.desk.update('book', 2, { title: 'Stars, at the office' }, 3)
    return new Scene(office, laptop)
  }

  constructor(office: Office, laptop: Laptop) {
    this.office = office
    this.laptop = laptop
  }

  get central(): string {
    return this.office.site.path
  }

  get travel(): string {
    return this.laptop.site.path
  }

  get key(): string {
    return join(this.laptop.folder, 'travel.key')
  }

  /** A path for something new. */
  place(name: string): string {
    return join(this.office.folder, name)
  }

  open(path: string, keyFile?: string): Promise<Site> {
    return openSite(
      machine({ clock: this.office.clock }),
      keyFile === undefined ? { path } : { path, keyFile },
    )
  }

  carrier(laptop = this.laptop): Carrier {
    return journeyCarrier(laptop.site, join(laptop.folder, 'packets'), laptop.site.identity)
  }

  /** The folder of the journey, where packets lie. */
  packets(laptop = this.laptop): string {
    const packets = join(laptop.folder, 'packets')
    return join(
      packets,
      readdirSync(packets).find(name => name.endsWith(laptop.site.identity.tag.slice(0, 8)))!,
    )
  }

  async link(laptop = this.laptop): Promise<Link> {
    return (await this.office.site.db.snapshot(read => linkByTag(read, laptop.site.identity.tag)))!
  }

  /** @returns the path of an UP that waits for the office */
  async up(laptop = this.laptop): Promise<string> {
    const [packet] = await sendUp(laptop.site, this.carrier(laptop))
    return join(this.packets(laptop), packet!.name)
  }

  /** What both ends know: to be the same before and after. */
  async contents(): Promise<unknown> {
    return { office: await contentsOf(this.office.site), laptop: await contentsOf(this.laptop.site) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.office[Symbol.asyncDispose]()
  }
}
