/**
 * homecoming associate list|add|grant|revoke: the users of the system, and who of them may travel.
 */
import { Command } from 'commander'
import { addAssociate, associates, grantTravel, revokeTravel } from '../../index.ts'
import { actorOf } from '../actor.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { group } from '../group.ts'
import { table } from '../output.ts'
import { report } from '../report.ts'
import { place } from '../words.ts'

export const associateCommand = () =>
  group('associate', 'the users of the system, and who of them may travel', [
    list(),
    add(),
    grant(),
    revoke(),
  ])

const DATABASE = ['<database>', 'the central database'] as const

const list = () =>
  framed(
    new Command('list').description('list the associates').argument(...DATABASE),
    { database: true, examples: ['homecoming associate list central.db'] },
    (run, _options, path) =>
      withDatabase(run, path as string, async database => {
        const people = await associates(database)
        run.output.result({ associates: people }, () =>
          table(
            ['ID', 'NAME', 'MAY TRAVEL', 'AWAY'],
            people.map(({ id, name, mayTravel, away }) => [
              id,
              name,
              mayTravel ? 'yes' : '',
              away ? 'yes' : '',
            ]),
            run.output.colours,
          ),
        )
      }),
  )

const add = () =>
  framed(
    new Command('add')
      .description('add an associate')
      .argument(...DATABASE)
      .argument('<name>', 'login name'),
    { database: true, examples: ['homecoming associate add central.db nina'] },
    (run, _options, path, name) =>
      withDatabase(run, path as string, async database => {
        const added = await addAssociate(database, name as string, await actorOf(run, database))
        report(run, { associate: added }, () => [`Added ${added.name} as associate ${added.id}.`], [
          `homecoming associate grant ${place(database.path)} ${added.name}`,
        ])
      }),
  )

const grant = () =>
  framed(
    new Command('grant')
      .description('let an associate travel')
      .argument(...DATABASE)
      .argument('<associate>', 'login name or id'),
    { database: true, examples: ['homecoming associate grant central.db ee'] },
    (run, _options, path, who) => setRight(run, path as string, who as string, true),
  )

const revoke = () =>
  framed(
    new Command('revoke')
      .description('take the right to travel back; whoever is away stays away until home')
      .argument(...DATABASE)
      .argument('<associate>', 'login name or id'),
    { database: true, examples: ['homecoming associate revoke central.db ee'] },
    (run, _options, path, who) => setRight(run, path as string, who as string, false),
  )

const setRight = (run: Run, path: string, who: string, may: boolean) =>
  withDatabase(run, path, async database => {
    await (may ? grantTravel : revokeTravel)(database, who)
    report(run, { associate: who, mayTravel: may }, () => [
      may ? `${who} may travel now.` : `${who} may not travel any more.`,
    ])
  })
