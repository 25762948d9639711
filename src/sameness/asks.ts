/**
 * Asks: what a child wants to know of its parent's tree, and the records that it wants again.
 * Shape:  kept at the child until they are answered; the next UP carries them.
 */
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Reading, Writing } from '../storage/contract.ts'
import { type Node, TABLES } from './nodes.ts'

export interface Asks {
  /** Number of the UP that carries them; 0: not sent. */
  readonly sent: number
  readonly nodes: readonly Node[]
  /** Table, record by the parent's id, and what differs there. */
  readonly records: readonly (readonly [table: number, record: number, what: number])[]
}

/** Nodes or records in one packet; what is left over is found by the next comparison. */
export const MOST = 512

export const FROM_THE_TOP: Asks = { sent: 0, nodes: [TABLES], records: [] }

const SETTING = 'sameness-asks'

export async function readAsks(read: Reading): Promise<Asks | undefined> {
  const text = await readSetting(read, SETTING)
  return text ? (JSON.parse(text) as Asks) : undefined
}

export async function writeAsks(write: Writing, asks: Asks | undefined): Promise<void> {
  if (asks || (await readSetting(write, SETTING)))
    await writeSetting(write, SETTING, asks ? JSON.stringify(asks) : '')
}

export async function unsentAsks(read: Reading): Promise<Asks | undefined> {
  const asks = await readAsks(read)
  return asks?.sent === 0 ? asks : undefined
}
