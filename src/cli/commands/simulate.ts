/**
 * homecoming simulate: whole worlds from seeds, with everything that goes wrong, and whether all was well in the end.
 */
import { Command, Option } from 'commander'
import { HomecomingError, simulate, simulateSelfTest } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { progressOf, report, tableLines } from '../report.ts'
import { counted, wholeNumber } from '../words.ts'

interface SimulateOptions {
  readonly seeds: string
  readonly steps: string
  readonly world: string
  readonly keep?: string
  readonly server?: string
  readonly save?: boolean
  readonly selfTest?: boolean
}

/** Where failing histories are kept in a checkout. */
const CORPUS = 'test/simulate/corpus'

export const simulateCommand = () =>
  framed<SimulateOptions>(
    new Command('simulate')
      .description('let whole worlds live from seeds, with everything that goes wrong, and check them')
      .option('--seeds <range>', 'first and last seed, both included', '1-20')
      .option('--steps <n>', 'steps of each world, at most 100000', '300')
      .option('--world <name>', 'what people work in: trade, fields or lists', 'trade')
      .option('--keep <steps>', 'only these steps of a seed, as in 0-3,7')
      .option('--server <address>', 'keep the data of offices on this PostgreSQL server, a database for each')
      .option('--save', `write failing histories to ${CORPUS}`)
      .addOption(
        new Option('--self-test', 'break the engine on purpose, and see whether it is noticed').conflicts([
          ...['seeds', 'steps', 'world', 'keep', 'server', 'save'],
        ]),
      ),
    {
      examples: [
        'homecoming simulate',
        'homecoming simulate --seeds 1-200 --steps 300 --json',
        'homecoming simulate --self-test',
      ],
    },
    (run, options) => (options.selfTest ? testItself(run) : liveSeeds(run, options)),
  )

async function liveSeeds(run: Run, options: SimulateOptions): Promise<void> {
  const result = await simulate({
    seeds: seedsOf(options.seeds),
    steps: wholeNumber('--steps', options.steps, 1),
    world: options.world,
    ...(options.keep === undefined ? {} : { keep: options.keep }),
    ...(options.server === undefined ? {} : { server: options.server }),
    ...(options.save ? { saveTo: CORPUS } : {}),
    progress: progressOf(run),
  })
  const { faults, failed } = result
  report(run, result, () => [
    `${counted(result.seeds, 'world')}, ${counted(result.steps, 'step')}, ${counted(result.edits, 'edit')}, ${counted(result.settlings, 'settling')}.`,
    `Packets: ${faults.lost} lost, ${faults.repeated} repeated, ${faults.reordered} late, ${faults.cut} cut or altered. Processes that died: ${faults.crashed}. Restored: ${faults.restored}, cloned: ${faults.cloned}.`,
    result.passed === result.seeds
      ? result.settlings > 0
        ? 'All is well.'
        : 'Nothing failed on the way; but no settling was among the steps, so that nothing was compared.'
      : `${counted(result.seeds - result.passed, 'world')} failed:`,
    ...failed.flatMap(each => [
      `\nseed ${each.seed}, step ${each.step}: ${each.message}`,
      `  $ ${each.repeat}`,
    ]),
  ])
  if (result.passed !== result.seeds) run.endAs('NOT_SAME')
}

async function testItself(run: Run): Promise<void> {
  const tested = await simulateSelfTest(progressOf(run))
  report(run, tested, () => [
    `Broken in ${counted(tested.ways.length, 'way')}, noticed in ${tested.caught}.`,
    tableLines(
      run,
      ['BROKEN', 'NOTICED BY', 'WHAT IT SAID'],
      tested.ways.map(way => [way.name, way.caughtBy || 'nobody', way.said.slice(0, 80)]),
    ),
  ])
  if (tested.caught !== tested.ways.length) run.endAs('NOT_SAME')
}

/** @throws {HomecomingError} USAGE */
function seedsOf(text: string): readonly [number, number] {
  const [, first, last] = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text) ?? []
  if (first === undefined)
    throw new HomecomingError('USAGE', `--seeds is '${text}': expected a range, as in 1-200`, { value: text })
  return [Number(first), Number(last ?? first)]
}
