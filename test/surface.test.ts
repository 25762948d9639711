/** The public surface: what src/index.ts promises. A new name is a promise; one that goes breaks a program. */
import { expect, test } from 'vitest'
import * as surface from '../src/index.ts'

const NAMES = `
  HomecomingError REGISTRY activate addAssociate associates buildPrototype checkLogin closeDatabase
comeHome conflicts createCentral createCrm crmDictionary crmTables deactivate decideHeld defaultPackets
examine exchange fillDemo findAssociate finishHome goOnTravel grantTravel growDictionary held inbox
installationKeyOf listFieldLevel log markRead openDatabase parentPath prototypes prune readStatus
readUpdates receipts releaseHome remove repairCapture restoreConflict revokeTravel sealForHome
setCentralLogin showPacket sql switchFieldLevel takeIds takeNumber upgrade verify versions writeOff
writeUpdates
`

test('what the library offers changes only where this list does', () => {
  expect(Object.keys(surface).sort()).toEqual(NAMES.trim().split(/\s+/))
})
