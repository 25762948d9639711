/**
 * homecoming restored DATABASE: after a central database was put back from a backup, before anyone works.
 */
import { Command } from 'commander'
import { restored } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { counted, place } from '../words.ts'

export const restoredCommand = () =>
  framed(
    new Command('restored')
      .description('say that this database was put back from a backup: run it before anyone works again')
      .argument('<database>', 'the central database, or that of a satellite'),
    { database: true, destructive: true, examples: ['homecoming restored central.db --yes'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        await run.confirm(
          `Was ${place(database.path)} put back from a backup? Its ids and positions jump past what others may have seen.`,
        )
        const found = await restored(database)
        report(run, found, () => [
          'Ids and positions have jumped: nothing that was made after the backup is used again.',
          ...found.home.map(
            ({ name, packets }) => `${name} came home after it: ${counted(packets, 'packet')} read again.`,
          ),
          found.away.length > 0 &&
            `Must exchange once, to bring back what this copy lacks: ${found.away.join(', ')}.`,
          found.unknown.length > 0 &&
            `Journeys that this copy does not know: ${found.unknown.join(', ')}. What they had sent lies in ${place(`${database.home}/applied`)}.`,
          found.away.length === 0 && found.unknown.length === 0 && 'Nobody is away: you can work.',
        ])
      }),
  )
