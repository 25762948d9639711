/**
 * homecoming upgrade DATABASE: a central database of an older program becomes one of this program.
 */
import { Command } from 'commander'
import { upgrade } from '../../index.ts'
import { framed } from '../command.ts'
import { openHow } from '../databases.ts'
import { report } from '../report.ts'
import { databaseAt, place } from '../words.ts'

export const upgradeCommand = () =>
  framed(
    new Command('upgrade')
      .description('bring a central database of an older program up to this one, after writing a copy')
      .argument('<database>', 'the central database'),
    { database: true, examples: ['homecoming upgrade central.db'] },
    async (run, _options, path) => {
      const upgraded = await upgrade(databaseAt(path as string), openHow(run))
      report(run, upgraded, () =>
        upgraded.copy === undefined
          ? [`Nothing to do: the database has version ${upgraded.to}, as this program.`]
          : [
              `Upgraded from version ${upgraded.from} to ${upgraded.to}:`,
              ...upgraded.steps.map(step => `  ${step}`),
              `The copy from before is ${place(upgraded.copy)}: delete it when all is well.`,
            ],
      )
    },
  )
