/** The bad inputs: input x step. Each row makes its input and runs one step, which must refuse it by its code. */
import type { ErrorCode } from '../../src/core/errors.ts'
import type { Scene } from '../support/bad-input-scene.ts'
import { areaRows } from './rows-areas.ts'
import { databaseRows } from './rows-databases.ts'
import { journeyRows } from './rows-journey.ts'
import { packetRows } from './rows-packets.ts'

export interface Row {
  /** As issue.ts has it. */
  readonly input: string
  /** What is tried, and with what exactly. */
  readonly step: string
  /** `repeated` is no refusal: the packet is acknowledged again and ignored. */
  readonly answer: ErrorCode | 'repeated'
  readonly make?: (scene: Scene) => Promise<unknown>
  /** Throws, or returns what was received. */
  readonly run: (scene: Scene) => Promise<unknown>
}

export const ROWS: readonly Row[] = [...databaseRows, ...packetRows, ...journeyRows, ...areaRows]
