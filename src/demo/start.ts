/**
 * Start: `npm run demo`. Progress on standard error, the result on standard output; exit 0 if and only if every child
 * held what the office held.
 */
import { existsSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { coloursFor } from '../cli/output.ts'
import { HomecomingError } from '../index.ts'
import { report } from './report.ts'
import { type Story, tell } from './story.ts'
import { summary } from './summary.ts'

interface Options {
  readonly seed: number
  readonly folder?: string
  readonly records: number
  readonly json?: boolean
}

const SMALLEST = 20_000

const command = new Command('demo')
  .description(
    'The whole story of Homecoming in under a minute, on real databases that stay to be looked at.',
  )
  .option('--seed <number>', 'changes who leaves, what they do and every figure', wholeNumber, 1)
  .option('--folder <path>', 'where the databases are left: new or empty (default: homecoming-demo-<seed>)')
  .option('--records <number>', `size of the office's database, ${SMALLEST} or more`, wholeNumber, SMALLEST)
  .option('--json', 'one object instead of the report')
  .action(run)

await command.parseAsync()

async function run(options: Options): Promise<void> {
  try {
    const folder = await emptyFolder(options)
    const story = await tell({
      seed: options.seed,
      folder,
      records: Math.max(options.records, SMALLEST),
      announce,
    })
    show(story, options)
    process.exitCode = story.sameness.identical ? 0 : 1
  } catch (error) {
    if (!(error instanceof HomecomingError)) throw error
    process.stderr.write(`${error.code}: ${error.message}\n${error.hint}\n`)
    process.exitCode = error.entry.exit
  }
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.')
  return Number(text)
}

function announce(step: string): void {
  process.stderr.write(`  ${step} ...\n`)
}

function show(story: Story, { json }: Options): void {
  const colours = coloursFor(process.stdout, process.env)
  process.stdout.write(json ? `${JSON.stringify(summary(story))}\n` : report(story, colours))
}

/** Nothing that is there already is touched: the next free name is taken. */
async function emptyFolder({ folder, seed }: Options): Promise<string> {
  const path = resolve(folder ?? freeName(`homecoming-demo-${seed}`))
  if (existsSync(path) && readdirSync(path).length > 0) {
    throw new HomecomingError('USAGE', `${path} is not empty`, { folder: path })
  }
  await mkdir(path, { recursive: true })
  return path
}

function freeName(name: string): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`
    if (!existsSync(candidate)) return candidate
  }
}
