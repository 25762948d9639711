/** Corpus: histories in which something was wrong once (test/simulate/corpus), in two halves, so that two processes can live them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { History } from '../../src/simulate/seed.ts'
import { ROOT } from './sources.ts'

export interface Saved extends History {
  /** What was wrong. */
  readonly found: string
}

const folder = join(ROOT, 'test/simulate/corpus')

export const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')
export const savedHistory = (name: string): Saved => JSON.parse(textOf(name)) as Saved

export const ALL_HISTORIES = readdirSync(folder).filter(name => name.endsWith('.json'))

/** Of central or a satellite that is put back from an older copy. */
export const PUT_BACK = ALL_HISTORIES.filter(name => /-(?:restored|satellite)-/.test(name))
export const OTHERS = ALL_HISTORIES.filter(name => !PUT_BACK.includes(name))
