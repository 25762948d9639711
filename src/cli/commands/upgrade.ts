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
      .description(
        'bring a central database of an older program up to this one, after writing a copy (on a server: after yours)',
      )
      .argument('<database>', 'the central database'),
    { database: true, destructive: true, examples: ['homecoming upgrade central.db'] },
    async (run, _options, path) => {
      const saved = (command: string) =>
        run.confirm(
          `A server keeps this database, so that no copy is written. Have you made one?\n  ${command}\nUpgrade now?`,
        )
      const upgraded = await upgrade(databaseAt(path as string), { ...openHow(run), saved })
      report(run, upgraded, () =>
        upgraded.from === upgraded.to
          ? [`Nothing to do: the database has version ${upgraded.to}, as this program.`]
          : [
              `Upgraded from version ${upgraded.from} to ${upgraded.to}:`,
              ...upgraded.steps.map(step => `  ${step}`),
              upgraded.copy !== undefined &&
                `The copy from before is ${place(upgraded.copy)}: delete it when all is well.`,
            ],
      )
    },
  )
