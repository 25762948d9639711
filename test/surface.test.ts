/** The public surface: what src/index.ts promises. A new name is a promise; one that goes breaks a program. */
import { expect, test } from 'vitest'
import * as surface from '../src/index.ts'

const NAMES = `
  HomecomingError REGISTRY activate activationPlan addAssociate adoptCentral areaOverlaps areaSizes areasToBuild associates
  buildPrototype checkLogin closeDatabase comeHome conflicts createArea createCentral createCrm
  createSatellite crmDictionary crmTables deactivate decideHeld defaultPackets differences editArea
  examine exchange fillDemo findAssociate finishHome finishRemoval goOnTravel grantTravel growDictionary
  held homeOfDatabase inbox installationKeyOf listAreas listFieldLevel listSatellites log markRead nameOfDatabase openDatabase
  parentPath previewArea previewOwner previewRecord prototypes prune readStatus readUpdates receipts
  regenerateSatellite releaseHome remove removeArea repairAreas repairCapture restoreConflict restored
  retireSatellite revokeTravel sealForHome setCentralLogin showArea showPacket showSatellite simulate
  simulateSelfTest sql switchFieldLevel takeIds takeNumber upgrade verify verifyAreas
  verifyDeep versions why writeOff writeOffSatellite writeUpdates
`

test('what the library offers changes only where this list does', () => {
  expect(Object.keys(surface).sort()).toEqual(NAMES.trim().split(/\s+/))
})
