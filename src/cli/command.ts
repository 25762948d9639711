/**
 * Command: the frame around every command.
 * Role:  gives a command its settings, its output and a way to be interrupted; adds the options that all have.
 * Never: knows what a command does.
 */
import { type Command, Option } from 'commander'
import { type ErrorCode, REGISTRY } from '../index.ts'
import { confirm } from './confirm.ts'
import { interruptible } from './interrupt.ts'
import { type Log, logAt } from './log.ts'
import { type Output, output } from './output.ts'
import { type Progress, progressOn } from './progress.ts'
import {
  DEFINITIONS,
  type Flags,
  findSettings,
  readSettings,
  SETTING_NAMES,
  type Settings,
} from './settings.ts'
import { readSettingsFile } from './settings-file.ts'
import { showTime } from './time.ts'

/** What a command is given to work with. */
export interface Run {
  readonly settings: Settings
  readonly output: Output
  readonly log: Log
  readonly progress: Progress
  /** Aborted by Ctrl-C. Pass it to everything that may take long. */
  readonly signal: AbortSignal
  /** Asks before something is destroyed. @throws {HomecomingError} CONFIRMATION_NEEDED */
  readonly confirm: (question: string) => Promise<void>
  /** UTC seconds as the person wants to see them. */
  readonly time: (seconds: number) => string
  /** Ends with the exit code of `code` although the result was shown: the result itself says what is wrong. */
  readonly endAs: (code: ErrorCode) => void
}

export interface Frame {
  /** One or more command lines that work as they stand. */
  readonly examples: readonly string[]
  /** Opens a database: has --key, --as and --wait. */
  readonly database?: boolean
  /** Opens the parent of a travel database too: has --parent and --parent-key. */
  readonly parent?: boolean
  /** Writes or reads packets: has --packets. */
  readonly packets?: boolean
  /** Destroys something: has --yes. */
  readonly destructive?: boolean
  /** Looks at the settings itself and must work when they are wrong: gets our own values instead. */
  readonly asFound?: boolean
}

export type Work<Options extends object> = (
  run: Run,
  options: Options,
  ...operands: string[]
) => Promise<void> | void

const SHARED = ['log', 'utc'] as const
const OF_PARENTS = ['parent'] as const
const OF_PACKETS = ['packets'] as const
const OF_DATABASES = ['keyFile', 'associate', 'wait'] as const

/** @param work `Options` are the command's own options as commander names them: text, or true for a flag */
export function framed<Options extends object>(command: Command, frame: Frame, work: Work<Options>): Command {
  addOptions(command, frame)
  return command
    .addHelpText('after', `\nExamples:\n${frame.examples.map(line => `  $ ${line}`).join('\n')}`)
    .action(async () => {
      const flags: Flags = command.opts()
      const settings = frame.asFound ? ourSettings() : settingsFor(flags)
      await running(flags, settings, run => work(run, flags as Options, ...operandsOf(command)))
    })
}

function addOptions(command: Command, frame: Frame): void {
  const names = [
    ...(frame.parent ? OF_PARENTS : []),
    ...(frame.packets ? OF_PACKETS : []),
    ...(frame.database ? OF_DATABASES : []),
    ...SHARED,
  ]
  for (const name of names) {
    command.addOption(new Option(DEFINITIONS[name].flag, DEFINITIONS[name].meaning))
    if (name === 'parent') command.option('--parent-key <file>', 'file with the key of the parent')
  }
  command.option('--json', 'print one JSON object')
  if (frame.destructive) command.option('--yes', 'do not ask')
}

/** Optional operands that were left out are simply not there. */
const operandsOf = (command: Command): string[] =>
  command.processedArgs.flat().filter((operand): operand is string => operand !== undefined)

const settingsFor = (flags: Flags): Settings =>
  readSettings(findSettings(flags, process.env, readSettingsFile(process.cwd(), SETTING_NAMES)))

const ourSettings = (): Settings => readSettings(findSettings({}, {}, { path: '', found: false, values: {} }))

async function running(
  flags: Flags,
  settings: Settings,
  work: (run: Run) => Promise<void> | void,
): Promise<void> {
  const shown = output({ out: process.stdout, err: process.stderr }, flags.json === true, process.env)
  const progress = progressOn({ stream: process.stderr, now: () => performance.now() })
  const log = logAt(settings.log)
  await interruptible(process, shown.note, async signal => {
    try {
      await work({
        settings,
        output: shown,
        log,
        progress,
        signal,
        confirm: question =>
          confirm(question, flags.yes === true, { input: process.stdin, output: process.stderr, signal }),
        time: seconds => showTime(seconds, settings.utc ? 'UTC' : undefined),
        endAs: code => {
          process.exitCode = REGISTRY[code].exit
        },
      })
    } finally {
      progress.end()
    }
  })
}
