/**
 * What travel costs where the central database is on a PostgreSQL server: rows a second of a prototype that is built, of a
 * DWN of every record that is written, of an UP with every second record that is applied; and the memory of it all.
 * DWN:    the log has been read before, for membership and hashes too: that is done once for all children, however many
 *         there are, by whoever comes first. `dwn-rate-unread` is what the first one waits for, that included.
 * Server: HOMECOMING_TEST_POSTGRES, or one of its own, with the settings that it comes with. Its housekeeping (autovacuum) is
 *         done before each step: it takes a core of its own whenever it likes.
 */
import { join } from 'node:path'
import { keepMembership } from '../src/areas/upkeep.ts'
import {
  activate,
  buildPrototype,
  exchange,
  goOnTravel,
  grantTravel,
  type HomecomingDatabase,
  readUpdates,
  writeUpdates,
} from '../src/index.ts'
import { readLog } from '../src/log/reader.ts'
import { asAdmin, postgresServer, testDatabase } from '../test/support/postgres-server.ts'
import { updateRecords } from './edits.ts'
import { timed } from './measure.ts'
import { memoryRow } from './memory.ts'
import { createOffice, openOffice, openTrip, type Place, TRAVELLER, tripFolder } from './place.ts'
import { figure, type Row } from './row.ts'

/** As a process is told where the central database is that it measures; see place.ts. */
const CENTRAL = 'HOMECOMING_BENCH_CENTRAL'

export const postgresTravel = (place: Place): Promise<Row[]> =>
  onServer(place, async (folder, tidy) => {
    const records = place.sizes.large
    await createOffice(folder, records)
    await tidy()
    const prototype = await leaving(folder)
    await using trip = await openTrip(folder)
    const { parent, child } = trip
    const packets = join(tripFolder(folder), 'packets')
    const changed = await updateRecords(parent, 'all')
    await tidy()
    const following = await timed(() => follow(parent))
    await tidy()
    const writing = await timed(() => writeUpdates(parent, { packets }))
    await exchange(parent, child)
    const edits = await updateRecords(child, 'odd')
    await writeUpdates(child)
    await tidy()
    const applying = await timed(() => readUpdates(parent, { packets }))
    return [
      figure('prototype-rate', perSecond(records, prototype), 'rows/s', '>= 120000'),
      figure('dwn-rate', perSecond(changed, writing), 'rows/s', '>= 150000'),
      figure('dwn-rate-unread', perSecond(changed, following + writing), 'rows/s', '>= 150000'),
      figure('up-rate', perSecond(edits, applying), 'rows/s', '>= 35000'),
    ]
  })

export const postgresMemory = (place: Place): Promise<Row[]> => onServer(place, () => memoryRow(place))

/** @returns the time in which the prototype was built */
async function leaving(folder: string): Promise<number> {
  await using office = await openOffice(folder)
  await activate(office.parent)
  await grantTravel(office.parent, TRAVELLER)
  const time = await timed(() => buildPrototype(office.parent))
  await goOnTravel(office.parent, { associate: TRAVELLER, folder: tripFolder(folder) })
  return time
}

const follow = ({ db, ...site }: HomecomingDatabase): Promise<void> =>
  db.change(async write => keepMembership(site, write, await readLog(write)))

async function onServer(
  place: Place,
  work: (folder: string, tidy: () => Promise<unknown>) => Promise<Row[]>,
): Promise<Row[]> {
  await using database = await testDatabase(await postgresServer())
  const folder = place.path('postgres')
  process.env[CENTRAL] = `${database.address}?schema=Office&home=${folder}/home`
  try {
    return await work(folder, () => asAdmin(database.admin, client => client.query('vacuum analyze')))
  } finally {
    delete process.env[CENTRAL]
  }
}

const perSecond = (rows: number, milliseconds: number): number => Math.round((rows * 1000) / milliseconds)
