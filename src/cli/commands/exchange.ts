/**
 * homecoming exchange TRAVEL-DATABASE: one whole exchange, with both databases at hand.
 */
import { Command } from 'commander'
import { exchange, readStatus } from '../../index.ts'
import { accountLine } from '../account.ts'
import { framed } from '../command.ts'
import { type ParentOptions, packetsOf, withBoth } from '../databases.ts'
import { endAsFirstLost, endAsFirstRefused, hintLines, isLost, isRefused, lostLines } from '../packets.ts'
import { type Line, progressOf, report } from '../report.ts'
import { counted, place } from '../words.ts'

export const exchangeCommand = () =>
  framed<ParentOptions>(
    new Command('exchange')
      .description('exchange news with the parent, both ways, with both databases at hand')
      .argument('<travel-database>', 'the travel database'),
    {
      database: true,
      parent: true,
      packets: true,
      examples: [
        'homecoming exchange laptop/travel.db',
        'homecoming exchange travel.db --parent office/central.db',
      ],
    },
    (run, options, path) =>
      withBoth(run, path as string, options, async (parent, child) => {
        const exchanged = await exchange(parent, child, {
          ...packetsOf(run, child),
          progress: progressOf(run),
        })
        const { journey, conflicts, unread } = await readStatus(child)
        report(
          run,
          { ...exchanged, account: journey?.account },
          () => [
            `Exchanged with ${place(parent.path)}: ${counted(exchanged.sent.filter(each => !isLost(each)).length, 'packet')} up, ${exchanged.received.length} down.`,
            journey && accountLine(journey.account),
            ...refusedLines(exchanged),
            ...hintLines([...exchanged.refused, ...exchanged.received]),
            ...lostLines(exchanged.sent),
          ],
          [
            unread > 0 && `homecoming inbox ${place(child.path)}`,
            conflicts > 0 && `homecoming conflicts ${place(child.path)}`,
          ],
        )
        endAsFirstLost(run, exchanged.sent)
        endAsFirstRefused(run, [...exchanged.refused, ...exchanged.received])
      }),
  )

const refusedLines = ({ refused, received }: Awaited<ReturnType<typeof exchange>>): Line[] =>
  [...refused, ...received]
    .filter(isRefused)
    .map(
      ({ name, what, code, message }) =>
        `${name} ${what === 'waiting' ? 'waits' : 'was put into quarantine'}: ${code}, ${message}`,
    )
