/** Group: commands that belong together below one name. */
import { Command } from 'commander'

export function group(name: string, description: string, commands: readonly Command[]): Command {
  const parent = new Command(name).description(description).helpCommand(false)
  for (const command of commands) parent.addCommand(command)
  const [first] = commands
  return parent.addHelpText(
    'after',
    `\nExamples:\n  $ homecoming ${name} ${first?.name()} --help\n\nOne of these must follow: ${commands
      .map(command => command.name())
      .join(', ')}.`,
  )
}
