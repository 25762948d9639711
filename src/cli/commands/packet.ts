/**
 * homecoming packet show FILE: what a packet says of itself, and with its database, what is in it.
 */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { showPacket } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { type Line, report, tableLines } from '../report.ts'
import { counted, place, sized } from '../words.ts'

export const packetCommand = () => group('packet', 'look into the packets that are exchanged', [show()])

type View = Awaited<ReturnType<typeof showPacket>>

const show = () =>
  framed<{ readonly of?: string }>(
    new Command('show')
      .description('show what a packet says of itself, and with its database, what is in it')
      .argument('<file>', 'the packet')
      .option('--of <database>', 'the database that wrote it or is to read it: shows the content too'),
    {
      database: true,
      examples: ['homecoming packet show ee0001.up', 'homecoming packet show ee0001.up --of central.db'],
    },
    async (run, options, file) => {
      const path = resolve(file as string)
      const view =
        options.of === undefined
          ? await showPacket(path)
          : await withDatabase(run, options.of, database => showPacket(path, database))
      report(run, { path, ...view }, () => linesOf(run, path, view))
    },
  )

const ENCRYPTION = ['none', 'the key of the installation', 'the key of the traveller'] as const

function linesOf(run: Run, path: string, view: View): Line[] {
  const { label } = view
  return [
    `${place(path)}: ${label.direction === 'up' ? 'UP' : 'DWN'} number ${label.number}, ${sized(view.bytes)}, packet format ${label.format}`,
    `from ${label.sender} to ${label.receiver}`,
    `encryption: ${ENCRYPTION[label.mode]}`,
    `SHA-256: ${view.hash}`,
    ...(view.head === undefined
      ? ['What is in it is encrypted for its two databases: name one with --of.']
      : contentLines(run, view, view.head)),
  ]
}

function contentLines(run: Run, view: View, head: NonNullable<View['head']>): Line[] {
  return [
    `written ${run.time(head.created)}; the writer had read up to number ${head.acknowledged}`,
    head.final &&
      (view.label.direction === 'up' ? 'the last one of its journey' : 'the release: "you are home"'),
    head.resend.length > 0 && `asks for ${head.resend.join(', ')} again`,
    `${counted(view.logRows, 'log row')}, ${counted(view.notices, 'notice')}`,
    view.operations.length === 0 && 'No records: an acknowledgement only.',
    tableLines(
      run,
      ['TABLE', 'PUT', 'DELETED', 'LEFT'],
      view.operations.map(each => [each.table, each.puts, each.deletes, each.leaves]),
    ),
  ]
}
