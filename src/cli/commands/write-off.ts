/**
 * homecoming write-off DATABASE ASSOCIATE: a laptop is lost; its packets are refused from now on.
 */
import { Command } from 'commander'
import {
  associates,
  type HomecomingDatabase,
  HomecomingError,
  listSatellites,
  writeOff,
} from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { place, typed } from '../words.ts'

export const writeOffCommand = () =>
  framed(
    new Command('write-off')
      .description('give up a lost travel database: its packets are refused from now on')
      .argument('<database>', 'the central database')
      .argument('<associate>', 'whose travel database is lost: login name or id'),
    { database: true, destructive: true, examples: ['homecoming write-off central.db ee --yes'] },
    (run, _options, path, who) =>
      withDatabase(run, path as string, async database => {
        await requireNoSatellite(database, who as string)
        await run.confirm(`Write off the travel database of ${who}? What was not sent yet is given up.`)
        const written = await writeOff(database, who as string)
        report(
          run,
          { writtenOff: written },
          () => [`The travel database of ${written.name} is written off. ${written.name} may leave again.`],
          [`homecoming go ${place(database.path)} ${written.name} --to <folder>`],
        )
      }),
  )

/** An office has a command of its own. @throws {HomecomingError} ASSOCIATE_UNKNOWN */
async function requireNoSatellite(database: HomecomingDatabase, who: string): Promise<void> {
  if (database.identity.kind !== 'central') return
  if ((await associates(database)).some(({ name }) => name === who)) return
  if (!(await listSatellites(database)).some(({ name }) => name === who)) return
  throw new HomecomingError(
    'ASSOCIATE_UNKNOWN',
    `${who} is a satellite: give it up with \`homecoming satellite write-off ${place(database.path)} ${typed(who)}\``,
    { associate: who },
  )
}
