/** Simulate adapters: this machine's, with the databases of offices in files, or each in a schema of its own on a server. */
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { Adapters, Offices } from '../simulate/world.ts'
import { journeyCarrier, machine } from './wire.ts'

/**
 * @param server the address of a database that is there for this only
 * @param folder where the folders of worlds are made
 */
export const simulatorOn = ({ server, folder }: { server?: string; folder?: string } = {}): Adapters => ({
  machine,
  carrierAt: journeyCarrier,
  ...(folder === undefined ? {} : { folder }),
  ...(server === undefined ? {} : { offices: officesOn(server) }),
})

let made = 0

const officesOn = (server: string): Offices => ({
  at(folder) {
    const address = new URL(server)
    address.searchParams.set('schema', `simulated ${process.pid} ${threadId} ${++made}`)
    address.searchParams.set('home', join(folder, 'office.homecoming'))
    return address.href
  },
  async remove(address) {
    const { removeSchema } = await import('../storage/postgres/create.ts')
    await removeSchema(address)
  },
})
