/**
 * Memory step: one step of a journey in this process, and then on standard output how large it has been, in megabytes.
 * Run by memory.ts: node bench/memory-step.ts STEP FOLDER RECORDS
 */
import { join } from 'node:path'
import {
  activate,
  buildPrototype,
  goOnTravel,
  grantTravel,
  readUpdates,
  releaseHome,
  sealForHome,
  writeUpdates,
} from '../src/index.ts'
import { updateRecords } from './edits.ts'
import {
  createOffice,
  type OpenOffice,
  openOffice,
  openTrip,
  TRAVELLER,
  type Trip,
  tripFolder,
} from './place.ts'

interface StepWork {
  readonly run: (folder: string, records: number) => Promise<unknown>
  /** False: the work of an application, not ours. */
  readonly measured: boolean
}

const step = (run: StepWork['run'], measured = true): StepWork => ({ run, measured })

const office = (work: (office: OpenOffice) => Promise<unknown>, measured = true): StepWork =>
  step(async folder => {
    await using open = await openOffice(folder)
    await work(open)
  }, measured)

const trip = (work: (trip: Trip) => Promise<unknown>, measured = true): StepWork =>
  step(async folder => {
    await using open = await openTrip(folder)
    await work(open)
  }, measured)

const packets = (folder: string): string => join(tripFolder(folder), 'packets')

export const STEPS = {
  create: step(createOffice),
  activate: office(async ({ parent }) => {
    await activate(parent)
    await grantTravel(parent, TRAVELLER)
  }),
  prototype: office(({ parent }) => buildPrototype(parent)),
  go: office(({ parent, folder }) =>
    goOnTravel(parent, { associate: TRAVELLER, folder: tripFolder(folder) }),
  ),
  'edits at the office': office(({ parent }) => updateRecords(parent, 'all'), false),
  'write DWN': office(({ parent, folder }) => writeUpdates(parent, { packets: packets(folder) })),
  'read DWN': trip(({ child }) => readUpdates(child)),
  'edits away': trip(({ child }) => updateRecords(child, 'odd'), false),
  'write UP': trip(({ child }) => writeUpdates(child)),
  'read UP': office(({ parent, folder }) => readUpdates(parent, { packets: packets(folder) })),
  'home: last UP': trip(({ child }) => sealForHome(child)),
  'home: release': trip(({ parent, child, folder }) => releaseHome(parent, child.identity, packets(folder))),
} as const satisfies Record<string, StepWork>

export type Step = keyof typeof STEPS

if (import.meta.main) {
  const [name, folder, records] = process.argv.slice(2)
  await STEPS[name as Step].run(folder!, Number(records))
  // maxRSS counts in units of 1,024 bytes.
  process.stdout.write(String((process.resourceUsage().maxRSS * 1024) / 1e6))
}
