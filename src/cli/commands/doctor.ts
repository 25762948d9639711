/**
 * homecoming doctor DATABASE: looks for what will hurt later, and says what to do.
 */
import { Command } from 'commander'
import { examine } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report } from '../report.ts'

export const doctorCommand = () =>
  framed(
    new Command('doctor')
      .description('check triggers, keys, space, clock, ids and links, and say what to do; changes nothing')
      .argument('<database>', 'the central or travel database'),
    { database: true, examples: ['homecoming doctor central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const findings = await examine(database)
        const ok = findings.every(finding => finding.ok)
        const { green, red, dim } = run.output.colours
        report(run, { ok, findings }, () =>
          findings.flatMap(finding => [
            `${finding.ok ? green('ok ') : red('BAD')}  ${finding.check.padEnd(8)} ${finding.message}`,
            !finding.ok && dim(`              ${finding.action}`),
          ]),
        )
        if (!ok) run.endAs('PROBLEMS_FOUND')
      }),
  )
