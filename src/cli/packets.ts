/** Packets: what was sent and received, in words, and the exit code where one was refused. */
import type { readUpdates, writeUpdates } from '../index.ts'
import type { Run } from './command.ts'
import { type Line, tableLines } from './report.ts'
import { counted, sized } from './words.ts'

export type Sent = Awaited<ReturnType<typeof writeUpdates>>[number]
export type Received = Awaited<ReturnType<typeof readUpdates>>[number]

export function sentLines(run: Run, sent: readonly Sent[]): Line[] {
  return [
    sent.length === 0 ? 'Nothing to send.' : `Wrote ${counted(sent.length, 'packet')}:`,
    tableLines(
      run,
      ['PACKET', 'SIZE', ''],
      sent.map(each => [each.name, sized(each.bytes), each.fresh ? '' : 'sent again']),
    ),
  ]
}

export function receivedLines(run: Run, received: readonly Received[]): Line[] {
  return [
    received.length === 0 ? 'Nothing was waiting.' : `Read ${counted(received.length, 'packet')}:`,
    tableLines(
      run,
      ['PACKET', 'WHAT BECAME OF IT', ''],
      received.map(each => [
        each.name,
        each.what === 'repeated' ? 'known already' : each.what,
        each.code === undefined ? '' : `${each.code}: ${each.message ?? ''}`,
      ]),
    ),
  ]
}

/** A packet in quarantine stops nothing, but nobody should overlook it. */
export function endAsFirstRefused(run: Run, received: readonly Received[]): void {
  const refused = received.find(each => each.what === 'quarantined')
  if (refused?.code !== undefined) run.endAs(refused.code)
}
