/**
 * homecoming held list|retry|reject: edits from the road that the office's own rules refuse for now.
 */
import { Command } from 'commander'
import { decideHeld, held } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { report, tableLines } from '../report.ts'
import { counted, place, wholeNumber } from '../words.ts'

export const heldCommand = () =>
  group('held', 'edits that could not be applied yet, and the decision about them', [
    list(),
    decided('retry', 'try a held edit once more'),
    decided('reject', 'end the waiting: the edit is refused, its author is told and can bring it back'),
  ])

const DATABASE = ['<database>', 'the central database'] as const

const list = () =>
  framed(
    new Command('list').description('list what waits, and why').argument(...DATABASE),
    { database: true, examples: ['homecoming held list central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const waiting = await held(database)
        report(
          run,
          { held: waiting },
          () =>
            waiting.length === 0
              ? ['Nothing waits.']
              : [
                  `${counted(waiting.length, 'edit')} ${waiting.length === 1 ? 'waits' : 'wait'}; each is tried again after the next packet of its author.`,
                  tableLines(
                    run,
                    ['NUMBER', 'WHO', 'TABLE', 'RECORD', 'SINCE', 'WHY'],
                    waiting.map(one => [
                      one.id,
                      one.name,
                      one.table,
                      one.record,
                      run.time(one.since),
                      one.message || one.code,
                    ]),
                  ),
                ],
          [
            waiting.length > 0 && `homecoming held retry ${place(database.path)} <number>`,
            waiting.length > 0 && `homecoming held reject ${place(database.path)} <number>`,
          ],
        )
      }),
  )

const decided = (decision: 'retry' | 'reject', description: string) =>
  framed(
    new Command(decision)
      .description(description)
      .argument(...DATABASE)
      .argument('<number>', 'the edit, as `homecoming held list` numbers it'),
    { database: true, examples: [`homecoming held ${decision} central.db 1`] },
    (run, _options, path, number) =>
      decide(run, path as string, wholeNumber('the edit', number as string, 1), decision),
  )

const decide = (run: Run, path: string, number: number, decision: 'retry' | 'reject') =>
  withDatabase(run, path, async database => {
    const verdict = await decideHeld(database, number, decision)
    report(run, { held: number, verdict }, () => [
      verdict === 'held'
        ? 'It cannot be applied yet either, and waits on.'
        : `It is ${verdict} now; its author hears of it with the next exchange.`,
    ])
  })
