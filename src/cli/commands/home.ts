/**
 * homecoming home: coming home, all at once with both databases at hand, or step by step over any carrier.
 *   up       at the travel database: the last UP; it refuses edits from then on
 *   release  at the parent: reads it, retires the link and answers
 *   finish   at the travel database: checks the answer, then destroys its key
 * Never: takes a step back. Each step can be repeated.
 */
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import {
  comeHome,
  finishHome,
  type HomecomingDatabase,
  HomecomingError,
  inbox,
  readStatus,
  releaseHome,
  sealForHome,
} from '../../index.ts'
import { accountLine } from '../account.ts'
import { framed, type Run } from '../command.ts'
import {
  type ParentOptions,
  packetsOf,
  parentNamed,
  requirePacketsFolder,
  withBoth,
  withDatabase,
} from '../databases.ts'
import { endAsFirstLost, endAsFirstRefused, isLost, lostLines, receivedLines, sentLines } from '../packets.ts'
import { type Line, report } from '../report.ts'
import { place } from '../words.ts'

interface HomeOptions extends ParentOptions {
  readonly step?: 'up' | 'release' | 'finish'
  readonly who?: string
}

export const homeCommand = () =>
  framed<HomeOptions>(
    new Command('home')
      .description('come home: the last edits go up, the travel database is retired and its key destroyed')
      .argument('<database>', 'the travel database; with --step release, the central one')
      .addOption(
        new Option('--step <step>', 'one step only, where the databases cannot reach each other').choices([
          'up',
          'release',
          'finish',
        ]),
      )
      .option('--who <associate>', 'with --step release: who comes home'),
    {
      database: true,
      parent: true,
      packets: true,
      destructive: true,
      examples: [
        'homecoming home laptop/travel.db',
        'homecoming home laptop/travel.db --step up',
        'homecoming home central.db --step release --who ee --packets /mnt/share/packets',
        'homecoming home laptop/travel.db --step finish --yes',
      ],
    },
    (run, options, database) => {
      const path = database as string
      switch (options.step) {
        case undefined:
          return allAtOnce(run, path, options)
        case 'up':
          return lastUp(run, path)
        case 'release':
          return release(run, path, options.who)
        case 'finish':
          return finish(run, path)
        default:
          throw options.step satisfies never
      }
    },
  )

const QUESTION = (path: string) =>
  `Come home? ${place(path)} can be neither changed nor read any more once its key is destroyed.`

const allAtOnce = (run: Run, path: string, options: HomeOptions) =>
  withBoth(run, path, options, async (parent, child) => {
    await run.confirm(QUESTION(child.path))
    const home = await comeHome(parent, child, {
      ...packetsOf(run, child),
      ...keyOf(run),
    }).catch((error: unknown) => {
      throw asTwin(error)
    })
    const unread = await inbox(parent, { who: child.identity.associate })
    report(run, { home: true, ...home }, () => atHome(child, home.account), [
      `homecoming receipts ${place(parent.path)}`,
      unread.length > 0 && `homecoming inbox ${place(parent.path)} --associate ${child.identity.name}`,
      home.account.overruled + home.account.merged > 0 &&
        `homecoming conflicts ${place(parent.path)} --of ${child.identity.name}`,
    ])
  })

/** Waiting for an answer would not help whoever took up the wrong one of two copies. */
const asTwin = (error: unknown): unknown =>
  error instanceof HomecomingError && typeof error.values.twin === 'string'
    ? new HomecomingError('LINK_TWIN', error.values.twin)
    : error

const lastUp = (run: Run, path: string) =>
  withDatabase(run, path, async child => {
    await run.confirm(`Come home? ${place(child.path)} takes no edits any more.`)
    const { packets } = packetsOf(run, child)
    const sent = await sealForHome(child, { packets })
    const parent = await parentNamed(child)
    report(
      run,
      { sent, closed: true },
      () => [...sentLines(run, sent, packets), '', `${place(child.path)} takes no edits any more.`],
      [
        `at the parent: homecoming home ${parent} --step release --who ${child.identity.name} --packets ${place(packets)}`,
      ],
    )
    endAsFirstLost(run, sent)
  })

const release = (run: Run, path: string, who: string | undefined) =>
  withDatabase(run, path, async parent => {
    if (who === undefined) throw new HomecomingError('USAGE', '--step release needs --who: who comes home')
    requirePacketsFolder(run)
    const { packets } = packetsOf(run, parent)
    const { received, sent, home } = await releaseHome(parent, await tripOf(parent, who), packets)
    // All of it is of another copy than the one that came home: the answer is not for that.
    const late = received.length > 0 && received.every(({ code }) => code === 'PACKET_RETIRED')
    report(
      run,
      { home, received, sent },
      () => [
        ...receivedLines(run, received, packets),
        '',
        late
          ? `${who} is home already, with another copy of this travel database: bring this one home no more.`
          : home
            ? `${who} is home.`
            : `${who} is still away: the last packet has not come.`,
        // The answer was sealed with the last packet, and is the same bytes however often it is asked for.
        home && !late && `The answer to carry back: ${namesOf(sent) || 'it lies'} in ${place(packets)}.`,
        ...lostLines(sent),
      ],
      [home && !late && 'at the travel database: homecoming home travel.db --step finish'],
    )
    endAsFirstLost(run, sent)
    endAsFirstRefused(run, received)
  })

const namesOf = (sent: Awaited<ReturnType<typeof sealForHome>>): string =>
  sent
    .filter(each => !isLost(each))
    .map(each => each.name)
    .join(', ')

const finish = (run: Run, path: string) =>
  withDatabase(run, path, async child => {
    requirePacketsFolder(run)
    await run.confirm(QUESTION(child.path))
    const home = await finishHome(child, { ...packetsOf(run, child), ...keyOf(run) })
    report(run, { home: true, ...home }, () => atHome(child, home.account))
  })

const atHome = (child: HomecomingDatabase, account: Parameters<typeof accountLine>[0]): Line[] => [
  `${child.identity.name} is home. ${accountLine(account)}`,
  `The key of ${place(child.path)} was destroyed; the file can be deleted.`,
]

const keyOf = (run: Run) =>
  run.settings.keyFile === undefined ? {} : { keyFile: resolve(run.settings.keyFile) }

/** The newest journey of a person, also where it has ended: whoever asks again is answered again. */
async function tripOf(parent: HomecomingDatabase, who: string): Promise<{ name: string; tag: string }> {
  const { links } = await readStatus(parent)
  const trip = links.findLast(link => link.name === who && link.state !== 'written-off')
  if (trip) return trip
  throw new HomecomingError('NOT_AWAY', `${who} is not away`, { associate: who })
}
