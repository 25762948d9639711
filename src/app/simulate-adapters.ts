/** Simulate adapters: this machine's, with the databases of offices in files, or each in one of its own on a server. */
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { Adapters, Offices } from '../simulate/world.ts'
import { journeyCarrier, machine } from './wire.ts'

/**
 * @param server the address of a database on a server where databases may be made
 * @param folder where the folders of worlds are made
 */
export const simulatorOn = ({ server, folder }: { server?: string; folder?: string } = {}): Adapters => ({
  machine,
  carrierAt: journeyCarrier,
  ...(folder === undefined ? {} : { folder }),
  ...(server === undefined ? {} : { offices: new OnServer(server) }),
})

/** Read where a server is asked for, and not with every command. */
const databases = () => import('../storage/postgres/databases.ts')

let made = 0
const nextName = (): string => `simulated ${process.pid} ${threadId} ${++made}`

class OnServer implements Offices {
  readonly #server: string
  readonly #names: string[] = []

  constructor(server: string) {
    this.#server = server
  }

  async at(folder: string): Promise<string> {
    const name = this.#note(nextName())
    await (await databases()).makeDatabase(this.#server, name)
    const address = new URL(this.#server)
    address.pathname = name
    address.searchParams.set('schema', 'An office')
    address.searchParams.set('home', join(folder, 'office.homecoming'))
    return address.href
  }

  async copy(address: string): Promise<string> {
    const name = this.#note(nextName())
    await (await databases()).copyDatabase(this.#server, nameIn(address), name)
    return name
  }

  async putBack(address: string, copy: string): Promise<void> {
    const { copyDatabase, removeDatabase } = await databases()
    await removeDatabase(this.#server, nameIn(address))
    await copyDatabase(this.#server, copy, nameIn(address))
  }

  async remove(): Promise<void> {
    const { removeDatabase } = await databases()
    for (const name of this.#names.splice(0)) await removeDatabase(this.#server, name)
  }

  #note(name: string): string {
    this.#names.push(name)
    return name
  }
}

const nameIn = (address: string): string => decodeURIComponent(new URL(address).pathname.slice(1))
