/** Start: `node examples/drizzle/start.ts [--database postgres://...] [--folder new-folder]`. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { HomecomingError } from '../../src/index.ts'
import { type JourneyReport, journey } from './journey.ts'
import { ownServer } from './own-server.ts'

const { values } = parseArgs({ options: { database: { type: 'string' }, folder: { type: 'string' } } })
const folder = resolve(values.folder ?? (await mkdtemp(join(tmpdir(), 'workshop-'))))

try {
  const report = values.database ? await journey({ address: values.database, folder }) : await onOwnServer()
  process.stdout.write(`${text(report)}\nEva's copy is in ${folder}; its key is gone.\n`)
  if (!report.verified.same) process.exitCode = 8
} catch (error) {
  if (!(error instanceof HomecomingError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\n${error.hint}\n`)
  process.exitCode = error.entry.exit
}

async function onOwnServer(): Promise<JourneyReport> {
  await using server = await ownServer()
  return await journey({ address: server.address, folder })
}

function text({ adopted, atTheOffice, found, account, verified, lost }: JourneyReport): string {
  const { made, applied, merged, overruled, rejected, held } = account
  return [
    `Adopted: ${adopted.kept.join(', ')}, as they are.`,
    '',
    'Eva is away. At the office, through Drizzle:',
    ...atTheOffice.flatMap(({ what, logged }) => [`  ${what}:`, ...linesOf(logged)]),
    '',
    `The machine that Eva found is number ${found.onTheLaptop} on her laptop and ${found.atTheOffice} at the office, with ${found.visits} visit.`,
    '',
    `Eva is home: ${made} edits = ${applied} applied + ${merged} merged + ${overruled} overruled + ${rejected} rejected + ${held} held`,
    ...lost.flatMap(({ table, record, fields }) =>
      fields.map(
        ({ field, mine, theirs }) => `  lost: ${table} ${record}, ${field}: '${mine}'; '${theirs}' stands`,
      ),
    ),
    `Before that, both held ${verified.same ? 'the same' : 'DIFFERENT THINGS'}: ${verified.records} records in ${verified.tables} tables, compared value by value.`,
  ].join('\n')
}

function linesOf(logged: readonly string[]): string[] {
  return logged.length === 0 ? ['    nothing in the log'] : logged.map(row => `    ${row}`)
}
