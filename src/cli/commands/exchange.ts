/**
 * homecoming exchange TRAVEL-DATABASE: one whole exchange, with both databases at hand.
 */
import { Command } from 'commander'
import { exchange, readStatus } from '../../index.ts'
import { accountLine } from '../account.ts'
import { framed } from '../command.ts'
import { type ParentOptions, packetsOf, withBoth } from '../databases.ts'
import {
  endAsFirstLost,
  endAsFirstRefused,
  hintLines,
  isLost,
  isRefused,
  lostLines,
  type Received,
} from '../packets.ts'
import { type Line, progressOf, report } from '../report.ts'
import { counted, listed, place } from '../words.ts'

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
        const refused = refusedIn(exchanged)
        report(
          run,
          { ...exchanged, account: journey?.account },
          () => [
            `Exchanged with ${place(parent.path)}: ${counted(exchanged.sent.filter(each => !isLost(each)).length, 'packet')} up, ${exchanged.received.length} down.`,
            journey && accountLine(journey.account),
            ...refused.map(refusedLine),
            rejoinedLine(parent.path, exchanged),
            ...hintLines(refused),
            ...lostLines(exchanged.sent),
          ],
          [
            parentWentBack(exchanged) &&
              `if nobody has done so since it was put back: homecoming restored ${place(parent.path)}`,
            unread > 0 && `homecoming inbox ${place(child.path)}`,
            conflicts > 0 && `homecoming conflicts ${place(child.path)}`,
          ],
        )
        endAsFirstLost(run, exchanged.sent)
        endAsFirstRefused(run, refused)
      }),
  )

type Exchanged = Awaited<ReturnType<typeof exchange>>

/** What is left to be looked at. */
const refusedIn = ({ refused, received, rejoined }: Exchanged): Received[] =>
  [...refused, ...received].filter(each => isRefused(each) && !(rejoined && each.code === 'LINK_REJOINING'))

const refusedLine = ({ name, what, code, message }: Received): Line =>
  `${name} ${what === 'waiting' ? 'waits' : 'was put into quarantine'}: ${code}, ${message}`

const isAside = ({ what, code }: Received): boolean => what === 'quarantined' && code === 'LINK_REJOINING'

/** Its packets did not fit what the child had read: somebody has put it back, and may not have said so. */
const parentWentBack = ({ received, rejoined, older }: Exchanged): boolean =>
  rejoined && (older.includes('parent') || received.some(isAside))

/** What does not fit any more lies in quarantine, for whoever looks for it. */
function rejoinedLine(parent: string, exchanged: Exchanged): Line {
  const aside = [...exchanged.refused, ...exchanged.received].filter(isAside)
  const who = parentWentBack(exchanged) ? place(parent) : 'One of the two'
  const packets =
    aside.length > 0 ? ` In quarantine, from before that: ${listed(aside.map(({ name }) => name))}.` : ''
  return (
    exchanged.rejoined &&
    `${who} had been restored from an older copy: both have found together again.${packets}`
  )
}
