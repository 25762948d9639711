/**
 * Program: all commands under one name.
 * Role:  the list of commands; a new one is one file in commands/ and one line here.
 * Never: does any work.
 */
import { Command } from 'commander'
import { activateCommand } from './commands/activate.ts'
import { areaCommand } from './commands/area.ts'
import { associateCommand } from './commands/associate.ts'
import { configCommand } from './commands/config.ts'
import { conflictsCommand } from './commands/conflicts.ts'
import { createCommand } from './commands/create.ts'
import { deactivateCommand } from './commands/deactivate.ts'
import { dictionaryCommand } from './commands/dictionary.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exchangeCommand } from './commands/exchange.ts'
import { explainCommand } from './commands/explain.ts'
import { fieldLevelCommand } from './commands/field-level.ts'
import { goCommand } from './commands/go.ts'
import { heldCommand } from './commands/held.ts'
import { homeCommand } from './commands/home.ts'
import { inboxCommand } from './commands/inbox.ts'
import { logCommand } from './commands/log.ts'
import { loginCommand } from './commands/login.ts'
import { packetCommand } from './commands/packet.ts'
import { prototypeCommand } from './commands/prototype.ts'
import { pruneCommand } from './commands/prune.ts'
import { readUpdatesCommand } from './commands/read-updates.ts'
import { receiptsCommand } from './commands/receipts.ts'
import { removeCommand } from './commands/remove.ts'
import { restoreCommand } from './commands/restore.ts'
import { restoredCommand } from './commands/restored.ts'
import { satelliteCommand } from './commands/satellite.ts'
import { simulateCommand } from './commands/simulate.ts'
import { statusCommand } from './commands/status.ts'
import { upgradeCommand } from './commands/upgrade.ts'
import { verifyCommand } from './commands/verify.ts'
import { whyCommand } from './commands/why.ts'
import { writeOffCommand } from './commands/write-off.ts'
import { writeUpdatesCommand } from './commands/write-updates.ts'

/** In the order of a journey, as `--help` lists them. */
const COMMANDS: readonly (() => Command)[] = [
  createCommand,
  activateCommand,
  deactivateCommand,
  associateCommand,
  loginCommand,
  areaCommand,
  whyCommand,
  satelliteCommand,
  prototypeCommand,
  goCommand,
  writeUpdatesCommand,
  readUpdatesCommand,
  exchangeCommand,
  homeCommand,
  writeOffCommand,
  statusCommand,
  logCommand,
  packetCommand,
  inboxCommand,
  conflictsCommand,
  restoreCommand,
  receiptsCommand,
  heldCommand,
  verifyCommand,
  doctorCommand,
  pruneCommand,
  fieldLevelCommand,
  restoredCommand,
  upgradeCommand,
  removeCommand,
  dictionaryCommand,
  simulateCommand,
  configCommand,
  explainCommand,
]

export function program(): Command {
  const root = new Command('homecoming')
    .description(
      'Take a relational database on the road, work offline, come home with every edit accounted for.',
    )
    .option('-V, --version', 'versions of the program and of what it stands on')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nExamples:\n  $ homecoming create central.db --records 2000\n  $ homecoming status central.db',
    )
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
