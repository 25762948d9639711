/** Packets: what was sent and received, in words, and the exit code where one was refused. */
import { REGISTRY, type readUpdates, type writeUpdates } from '../index.ts'
import type { Run } from './command.ts'
import { type Line, tableLines } from './report.ts'
import { counted, listed, place, sized } from './words.ts'

export type Sent = Awaited<ReturnType<typeof writeUpdates>>[number]
export type Received = Awaited<ReturnType<typeof readUpdates>>[number]

/** @param folders the packets folders that they went into */
export function sentLines(run: Run, sent: readonly Sent[], ...folders: readonly string[]): Line[] {
  const written = sent.filter(each => !isLost(each))
  return [
    written.length === 0
      ? 'Nothing to send.'
      : `Wrote ${counted(written.length, 'packet')} into ${listed(folders.map(place))}:`,
    tableLines(
      run,
      ['PACKET', 'SIZE', ''],
      written.map(each => [each.name, sized(each.bytes), each.fresh ? '' : 'sent again']),
    ),
    ...lostLines(sent),
  ]
}

/** What should have been sent, and is gone. */
export const lostLines = (sent: readonly Sent[]): Line[] =>
  sent.filter(isLost).map(({ name, code, message }) => `${name} cannot be sent: ${code}, ${message}`)

export const isLost = (packet: Sent): boolean => packet.code !== undefined

/** Everything else went; nobody should overlook it. */
export function endAsFirstLost(run: Run, sent: readonly Sent[]): void {
  const code = sent.find(isLost)?.code
  if (code !== undefined) run.endAs(code)
}

/** @param folders the packets folders that they came from */
export function receivedLines(
  run: Run,
  received: readonly Received[],
  ...folders: readonly string[]
): Line[] {
  return [
    received.length === 0
      ? `Nothing was waiting in ${listed(folders.map(place))}.`
      : `Read ${counted(received.length, 'packet')}:`,
    tableLines(
      run,
      ['PACKET', 'WHAT BECAME OF IT', ''],
      received.map(each => [
        each.name,
        each.what === 'repeated' ? 'known already' : each.what,
        each.code === undefined ? '' : `${each.code}: ${each.message ?? ''}`,
      ]),
    ),
    ...hintLines(received),
  ]
}

/** What to do now, once for each reason: the same words lie beside what is in quarantine. */
export function hintLines(received: readonly Received[]): Line[] {
  const codes = new Set(received.filter(isRefused).flatMap(({ code }) => code ?? []))
  return [...codes].map(code => `\n${code}: ${REGISTRY[code].hint}`)
}

/** In quarantine, or it cannot be read until somebody has done something. */
export const isRefused = ({ what, code }: Received): boolean =>
  what === 'quarantined' || (what === 'waiting' && code !== 'PACKET_EARLY')

/** A packet that is refused stops nothing else, but nobody should overlook it. */
export function endAsFirstRefused(run: Run, received: readonly Received[]): void {
  const refused = received.find(isRefused)
  if (refused?.code !== undefined) run.endAs(refused.code)
}
