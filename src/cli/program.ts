/**
 * Program: all commands under one name.
 * Role:  the list of commands; a new one is one file in commands/ and one line here.
 * Never: does any work.
 */
import { Command } from 'commander'
import { configCommand } from './commands/config.ts'
import { explainCommand } from './commands/explain.ts'

const COMMANDS: readonly (() => Command)[] = [configCommand, explainCommand]

export function program(): Command {
  const root = new Command('homecoming')
    .description(
      'Take a relational database on the road, work offline, come home with every edit accounted for.',
    )
    .option('-V, --version', 'versions of the program and of what it stands on')
    .helpCommand(false)
    .addHelpText('after', '\nExample:\n  $ homecoming explain PACKET_GAP')
  for (const make of COMMANDS) root.addCommand(make())
  quiet(root)
  return root
}

/** A wrong call is thrown like any other refusal, so that it is shown in one place and one way. */
function quiet(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true)
  for (const below of command.commands) quiet(below)
}
