/**
 * Folder carrier: a folder that both ends can reach: a share, a USB stick, whatever mail or a cloud puts there.
 * Shape:  one folder per journey: packets in it, `done/` for what was read, `quarantine/` for what was refused.
 * Never:  shows half a file, touches files that are not packets, or writes over anything in quarantine.
 */
import { assume } from '../../core/errors.ts'
import { isPacketName } from '../../packet/names.ts'
import type { Files } from '../../platform/contract.ts'
import type { Carrier } from '../contract.ts'
import { quarantine } from './quarantine.ts'

const DONE = 'done'

/** @param folder of one journey; made when the first packet is sent */
export function folderCarrier(files: Files, folder: string): Carrier {
  const pathOf = (name: string): string => {
    assume(isPacketName(name, 'up') || isPacketName(name, 'dwn'), `${name} is no name of a packet`)
    return files.join(folder, name)
  }
  return {
    async send(name, path) {
      await files.makeFolder(folder)
      await files.copy(path, pathOf(name))
    },
    // What lies in quarantine was not read: the sender sends it again.
    holds: async name =>
      (await files.exists(pathOf(name))) || (await files.exists(files.join(folder, DONE, name))),
    async waiting(extension) {
      if (!(await files.exists(folder))) return []
      return (await files.list(folder)).filter(name => isPacketName(name, extension))
    },
    fetch: async name => pathOf(name),
    async settle(name, where, reason) {
      const path = pathOf(name)
      if (!(await files.exists(path))) return
      if (where === 'quarantine') await quarantine(files, folder, name, reason ?? 'No reason was given.')
      else await putAway(files, path, files.join(folder, DONE), name)
    },
  }
}

/** The same packet may come twice: the same bytes then, so the later one may take the place of the other. */
async function putAway(files: Files, path: string, folder: string, name: string): Promise<void> {
  await files.makeFolder(folder)
  await files.move(path, files.join(folder, name))
}
