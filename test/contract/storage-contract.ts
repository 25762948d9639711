/**
 * The storage contract: what every database under src/storage has to do, as rules.
 * Shape:  `open` gives a storage and a path where nothing is yet; each rule gets its own.
 * A storage that cannot keep a rule names it in `skip` with the reason; a name that is no rule fails.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { captureRules } from './storage/capture-rules.ts'
import { copyingRules } from './storage/copying-rules.ts'
import { fileRules } from './storage/file-rules.ts'
import { openingRules } from './storage/opening-rules.ts'
import { type Ground, Place } from './storage/place.ts'
import { schemaRules } from './storage/schema-rules.ts'
import { transactionRules } from './storage/transaction-rules.ts'
import { valueRules } from './storage/value-rules.ts'
import { writingRules } from './storage/writing-rules.ts'

export type { Ground } from './storage/place.ts'

export interface ContractOptions {
  readonly skip?: readonly { readonly test: string; readonly reason: string }[]
}

/** States one rule. */
export type Rule = (title: string, work: (at: Place) => Promise<void>) => void

const CHAPTERS = {
  opening: openingRules,
  values: valueRules,
  writing: writingRules,
  transactions: transactionRules,
  schema: schemaRules,
  capture: captureRules,
  copying: copyingRules,
}

/** For every storage. */
export function storageContract(
  name: string,
  open: () => Promise<Ground>,
  options: ContractOptions = {},
): void {
  contract(name, CHAPTERS, open, options)
}

/** For those whose databases are files. */
export function fileContract(name: string, open: () => Promise<Ground>, options: ContractOptions = {}): void {
  contract(name, { files: fileRules }, open, options)
}

function contract(
  name: string,
  chapters: Readonly<Record<string, (rule: Rule) => void>>,
  open: () => Promise<Ground>,
  options: ContractOptions,
): void {
  const skipped = new Map((options.skip ?? []).map(entry => [entry.test, entry.reason]))
  const seen = new Set<string>()
  describe(`storage contract: ${name}`, () => {
    for (const [chapter, rules] of Object.entries(chapters)) {
      describe(chapter, () => rules(ruleOf(open, skipped, seen)))
    }
    afterAll(() => expect([...skipped.keys()].filter(title => !seen.has(title))).toEqual([]))
  })
}

function ruleOf(open: () => Promise<Ground>, skipped: Map<string, string>, seen: Set<string>): Rule {
  return (title, work) => {
    seen.add(title)
    const reason = skipped.get(title)
    test.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, async () => {
      await using at = new Place(await open())
      await work(at)
    })
  }
}
