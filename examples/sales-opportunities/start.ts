/** Start: `node examples/sales-opportunities/start.ts <folder with the CSV files> <new folder>`. */
import { HomecomingError } from '../../src/index.ts'
import { readSalesData } from './csv.ts'
import type { Holdings } from './hand-over.ts'
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

function text(
  { imported, areas, handedOver, accounts, identical, lost, offices }: JourneyReport,
  to: string,
): string {
  const { sales, contacts, followUps, associates, groups } = imported
  return [
    `${sales} sales, ${contacts} contacts, ${followUps} follow-ups, ${associates} associates, ${groups} groups`,
    '',
    ...areas.map(
      ({ name, included, assigned, records }) =>
        `area ${name}: ${included} people's data, ${records} records; ${assigned} may leave with it`,
    ),
    '',
    ...movedLines(handedOver),
    '',
    ...accounts.map((one, index) => accountLine(one, identical[index])),
    `edits that lost against a later one: ${lost}; see bin/homecoming conflicts ${to}/central.db`,
    '',
    ...officeLines(offices),
    '',
  ].join('\n')
}

function movedLines({ account, from, to, before, after, why }: JourneyReport['handedOver']): string[] {
  const laptop = (one: Holdings) =>
    `  ${one.who}: ${one.accounts} accounts, ${one.opportunities} opportunities, ${one.followUps} follow-ups; ` +
    `${account} is ${one.theAccount ? '' : 'not '}there, and ${one.itsOpportunities} of its opportunities`
  return [
    `${account} is handed over by ${from} to ${to}, while both are away. On their laptops before:`,
    ...before.map(laptop),
    'and after:',
    ...after.map(laptop),
    'Why, before and after:',
    ...why.map(sentence => `  ${sentence}`),
  ]
}

function accountLine(
  { name, account }: JourneyReport['accounts'][number],
  same: boolean | undefined,
): string {
  const { made, created, applied, merged, overruled, rejected, held } = account
  const laptop = same ? 'held what the office held of the area' : 'DIFFERED FROM THE OFFICE'
  return `${name}: ${made} edits, ${created} of them new records = ${applied} applied + ${merged} merged + ${overruled} overruled + ${rejected} rejected + ${held} held; the laptop ${laptop}`
}

function officeLines({ offices, handedOver }: JourneyReport['offices']): string[] {
  const { account, before, after } = handedOver
  const [from, to] = offices
  const has = (count: number) => (count > 0 ? 'has it' : 'has it not')
  return [
    'Then each regional office gets a database of its own:',
    ...offices.map(
      ({ name, number, people, sales, traveller, found, foundAtCentral, identical }) =>
        `  satellite ${number}, ${name}: ${people} people log in there, ${sales} opportunities; ${traveller} found one more on the road, ${found}, which central ${foundAtCentral ? 'has too' : 'LACKS'}; all sides ${identical ? 'held the same' : 'DIFFERED'}`,
    ),
    `${account} goes from ${from!.name} to ${to!.name}: before, ${from!.name} ${has(before[0])} and ${to!.name} ${has(before[1])}; after, ${from!.name} ${has(after[0])} and ${to!.name} ${has(after[1])}.`,
  ]
}
