/**
 * homecoming activate DATABASE: from now on every change is captured, and people may leave.
 */
import { Command } from 'commander'
import { activate, activationPlan, repairCapture } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report } from '../report.ts'
import { counted, place } from '../words.ts'

export const activateCommand = () =>
  framed<{ readonly repair?: true; readonly plan?: true }>(
    new Command('activate')
      .description('start capturing changes, so that people may leave')
      .argument('<database>', 'the central database')
      .option('--plan', 'list what would be made in the database, and make nothing')
      .option('--repair', 'put back triggers of ours that somebody dropped or altered'),
    {
      database: true,
      examples: [
        'homecoming activate central.db',
        'homecoming activate central.db --plan',
        'homecoming activate central.db --repair',
      ],
    },
    (run, { repair, plan }, path) => (plan ? planned : repair ? repaired : activated)(run, path as string),
  )

const activated = (run: Run, path: string) =>
  withDatabase(run, path, async database => {
    const made = await activationPlan(database)
    await activate(database)
    const tables = database.dictionary.captured.length
    report(
      run,
      { database: database.path, active: true, tables, made },
      () => [
        `Travel is active: every change in ${counted(tables, 'table')} is captured from now on.`,
        `Made for it: ${counted(made.length, 'object')}, all of them named hc_...; \`homecoming deactivate\` removes them.`,
      ],
      [
        `homecoming associate grant ${place(database.path)} <name>`,
        `homecoming prototype build ${place(database.path)}`,
      ],
    )
  })

const planned = (run: Run, path: string) =>
  withDatabase(run, path, async database => {
    const made = await activationPlan(database)
    report(
      run,
      { database: database.path, made },
      () =>
        made.length === 0
          ? ['Nothing would be made: travel is active.']
          : [
              `Activating makes ${counted(made.length, 'object')} and alters no table:`,
              ...made.map(name => `  ${name}`),
            ],
      [made.length > 0 && `homecoming activate ${place(database.path)}`],
    )
  })

const repaired = (run: Run, path: string) =>
  withDatabase(run, path, async database => {
    const mended = await repairCapture(database)
    report(run, { database: database.path, mended }, () => [
      mended.length === 0
        ? 'Capture is as it should be: nothing had to be mended.'
        : `Put back ${counted(mended.length, 'part')} of capture. What was changed meanwhile was not captured.`,
    ])
  })
