/**
 * homecoming receipts DATABASE: what became of the edits, packet by packet.
 */
import { Command } from 'commander'
import { receipts } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { table } from '../output.ts'

export const receiptsCommand = () =>
  framed<{ readonly of?: string }>(
    new Command('receipts')
      .description('show what became of the edits, packet by packet')
      .argument('<database>', 'the central or travel database')
      .option('--of <associate>', 'at the parent: of this person only'),
    {
      database: true,
      examples: ['homecoming receipts central.db', 'homecoming receipts central.db --of ee'],
    },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        const all = await receipts(database)
        const found = options.of === undefined ? all : all.filter(each => each.name === options.of)
        run.output.result({ receipts: found }, () =>
          found.length === 0
            ? 'No packet with edits has been sent yet.'
            : table(
                [
                  'WHO',
                  'UP',
                  'MADE',
                  'CREATED',
                  'APPLIED',
                  'MERGED',
                  'OVERRULED',
                  'REJECTED',
                  'HELD',
                  'JUDGED',
                ],
                found.map(each => [
                  each.name,
                  each.packet,
                  each.made,
                  each.created,
                  each.applied,
                  each.merged,
                  each.overruled,
                  each.rejected,
                  each.held,
                  each.judged === 0 ? 'not yet' : run.time(each.judged),
                ]),
                run.output.colours,
              ),
        )
      }),
  )
