/**
 * homecoming config: each setting and where it came from.
 * Never: refuses a wrong value. Whoever looks here wants to see it.
 */
import { Command } from 'commander'
import { HomecomingError } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { table } from '../output.ts'
import { DEFINITIONS, type Flags, type FoundSetting, findSettings, SETTING_NAMES } from '../settings.ts'
import { readSettingsFile, type SettingsFile } from '../settings-file.ts'
import { shownWord } from '../words.ts'

export const configCommand = () =>
  framed(
    new Command('config').description('show each setting and where it came from'),
    { examples: ['homecoming config', 'HOMECOMING_LOG=debug homecoming config --json'], asFound: true },
    showSettings,
  )

function showSettings({ output }: Run, flags: Flags): void {
  const { file, problem } = settingsFile()
  const found = findSettings(flags, process.env, file).map(withoutPassword)
  output.result({ file: { path: file.path, found: file.found, problem }, settings: found }, () =>
    table(['SETTING', 'VALUE', 'FROM', 'WHAT FOR'], found.map(line), output.colours),
  )
  if (problem !== undefined) output.note(problem)
}

/** A file that cannot be read sets nothing, and is named. */
function settingsFile(): { file: SettingsFile; problem?: string } {
  try {
    return { file: readSettingsFile(process.cwd(), SETTING_NAMES) }
  } catch (error) {
    if (!(error instanceof HomecomingError)) throw error
    return { file: { path: String(error.values.path), found: true, values: {} }, problem: error.message }
  }
}

const withoutPassword = (setting: FoundSetting): FoundSetting =>
  setting.text === undefined ? setting : { ...setting, text: shownWord(setting.text) }

const line = ({ name, text, source, place, problem }: FoundSetting) => [
  name,
  text ?? '(not set)',
  source === 'default' ? `default (set by ${place})` : place,
  problem === undefined ? DEFINITIONS[name].meaning : `cannot be read: ${problem}`,
]
