/**
 * homecoming login allow|check: whether people may work at the office while their copy is on travel.
 */
import { Command, Option } from 'commander'
import { checkLogin, setCentralLogin } from '../../index.ts'
import { framed } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { report } from '../report.ts'

const DATABASE = ['<database>', 'the central database'] as const

export const loginCommand = () =>
  group('login', 'whether people may work at the office while they are on travel', [allow(), check()])

interface AllowOptions {
  readonly while: 'No' | 'ReadOnly' | 'Yes'
}

const SAID: Readonly<Record<AllowOptions['while'], string>> = {
  No: 'While people are on travel they may not work at the office.',
  ReadOnly: 'While people are on travel they may look at the office, and change nothing.',
  Yes: 'People may work at the office while they are on travel; what meets is judged as ever.',
}

const allow = () =>
  framed<AllowOptions>(
    new Command('allow')
      .description('set AllowCentralLogin')
      .argument(...DATABASE)
      .addOption(
        new Option('--while <away>', 'what people may do while they are away')
          .choices(['No', 'ReadOnly', 'Yes'])
          .makeOptionMandatory(),
      ),
    { database: true, examples: ['homecoming login allow central.db --while ReadOnly'] },
    (run, options, path) =>
      withDatabase(run, path as string, async database => {
        await setCentralLogin(database, options.while)
        report(run, { allowCentralLogin: options.while }, () => [SAID[options.while]])
      }),
  )

const check = () =>
  framed(
    new Command('check')
      .description('say what a person may do at the office now, as an application asks')
      .argument(...DATABASE)
      .argument('<associate>', 'id or login name'),
    { database: true, examples: ['homecoming login check central.db ee'] },
    (run, _options, path, who) =>
      withDatabase(run, path as string, async database => {
        const may = await checkLogin(database, who as string)
        report(run, { associate: who, may }, () => [
          may === 'write' ? `${who} may work here.` : `${who} may look, and change nothing.`,
        ])
      }),
  )
