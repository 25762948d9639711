/** Start: `node examples/sales-opportunities/start.ts <folder with the CSV files> <new folder>`. */
import { HomecomingError } from '../../src/index.ts'
import { readSalesData } from './csv.ts'
import { type JourneyReport, journey } from './journey.ts'

const [csv, folder] = process.argv.slice(2)
if (csv === undefined || folder === undefined) {
  process.stderr.write('usage: start.ts <folder with the CSV files> <new folder>\n')
  process.exitCode = 2
} else {
  await run(csv, folder)
}

async function run(from: string, to: string): Promise<void> {
  try {
    const data = await readSalesData(from)
    process.stdout.write(text(await journey(data, to), to))
  } catch (error) {
    if (!(error instanceof HomecomingError)) throw error
    process.stderr.write(`${error.code}: ${error.message}\n${error.hint}\n`)
    process.exitCode = error.entry.exit
  }
}

function text({ imported, accounts, identical, lost }: JourneyReport, to: string): string {
  const { sales, contacts, followUps, associates, groups } = imported
  const lines = accounts.map(({ name, account }, index) => {
    const { made, created, applied, merged, overruled, rejected, held } = account
    const same = identical[index] ? 'held what the office held' : 'DIFFERED FROM THE OFFICE'
    return `${name}: ${made} edits, ${created} of them new records = ${applied} applied + ${merged} merged + ${overruled} overruled + ${rejected} rejected + ${held} held; the laptop ${same}`
  })
  return [
    `${sales} sales, ${contacts} contacts, ${followUps} follow-ups, ${associates} associates, ${groups} groups`,
    ...lines,
    `edits that lost against a later one: ${lost}; see bin/homecoming conflicts ${to}/central.db`,
    '',
  ].join('\n')
}
