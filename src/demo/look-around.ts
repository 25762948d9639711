/** Look around: commands to try on what the demo left behind. The test of the demo runs each of them. */
import { BEFORE } from './stage.ts'

/** @param folder of the demo @param login of somebody who was away. @returns the words after `bin/homecoming` */
export function commandsToTry(folder: string, login: string): readonly (readonly string[])[] {
  const central = `${folder}/central.db`
  const before = `${folder}/${BEFORE}`
  return [
    ['status', central],
    ['receipts', central],
    ['conflicts', central],
    ['log', central],
    ['area', 'list', central],
    ['satellite', 'list', central],
    ['status', `${before}/bergen/satellite.db`],
    ['area', 'overlap', central],
    ['why', central, 'North', 'contact', '1'],
    ['verify', `${before}/${login}/travel.db`, '--parent', `${before}/central.db`],
    ['conflicts', `${before}/${login}/travel.db`],
  ]
}
