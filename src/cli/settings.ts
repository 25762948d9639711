/**
 * Settings: what a person set once instead of saying it with every command.
 * Role:  flag, then HOMECOMING_* variable, then homecoming.config.json in the working folder, then our own value.
 * Never: guesses. A value that cannot be read is named together with the place it came from.
 */
import { HomecomingError } from '../index.ts'
import type { SettingsFile } from './settings-file.ts'

export const LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type Level = (typeof LEVELS)[number]

export interface Settings {
  /** The file with the key of the database that the command opens. */
  readonly keyFile: string | undefined
  /** Login name of the person who acts. */
  readonly associate: string | undefined
  /** The folder with one sub-folder of packets per journey. */
  readonly packets: string | undefined
  /** The parent of the travel database that the command opens. */
  readonly parent: string | undefined
  /** Seconds to wait for another program that holds the database. */
  readonly wait: number
  readonly log: Level
  /** Times in UTC instead of the local zone. */
  readonly utc: boolean
}

export type Source = 'flag' | 'environment' | 'file' | 'default'

/** One setting as it was found: `text` undefined means that nothing is set. */
export interface FoundSetting {
  readonly name: keyof Settings
  readonly text: string | undefined
  readonly source: Source
  /** The flag, the variable or the file that it came from; of a default, where it could be set. */
  readonly place: string
  /** Why it cannot be read. */
  readonly problem: string | undefined
}

/** What commander made of the flags: option names to values. */
export type Flags = Readonly<Record<string, unknown>>

interface Definition<T> {
  readonly flag: string
  readonly variable: string
  readonly fallback: string | undefined
  readonly meaning: string
  /** The text that the flags stand for; undefined if the flag was not given. */
  readonly given: (flags: Flags) => string | undefined
  /** @returns undefined if the text does not say such a value */
  readonly parse: (text: string) => T | undefined
  readonly expects: string
}

const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value))
const notEmpty = (text: string) => (text === '' ? undefined : text)
const yesOrNo = (text: string) =>
  ['true', '1', 'yes'].includes(text) ? true : ['false', '0', 'no'].includes(text) ? false : undefined
const seconds = (text: string) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined)

export const DEFINITIONS: { readonly [Name in keyof Settings]: Definition<NonNullable<Settings[Name]>> } = {
  keyFile: {
    flag: '--key <file>',
    variable: 'HOMECOMING_KEY_FILE',
    fallback: undefined,
    meaning: 'file with the key of the database; without it, the one beside the database',
    given: flags => textOf(flags.key),
    parse: notEmpty,
    expects: 'the path of a file',
  },
  associate: {
    flag: '--as <name>',
    variable: 'HOMECOMING_ASSOCIATE',
    fallback: undefined,
    meaning: 'login name of the person who acts',
    given: flags => textOf(flags.as),
    parse: notEmpty,
    expects: 'a login name',
  },
  packets: {
    flag: '--packets <folder>',
    variable: 'HOMECOMING_PACKETS',
    fallback: undefined,
    meaning: 'folder where packets are exchanged; without it, the one beside the database',
    given: flags => textOf(flags.packets),
    parse: notEmpty,
    expects: 'the path of a folder',
  },
  parent: {
    flag: '--parent <database>',
    variable: 'HOMECOMING_PARENT',
    fallback: undefined,
    meaning: 'database that the traveller left from; without it, where it was then',
    given: flags => textOf(flags.parent),
    parse: notEmpty,
    expects: 'the path of a database',
  },
  wait: {
    flag: '--wait <seconds>',
    variable: 'HOMECOMING_WAIT',
    fallback: '10',
    meaning: 'seconds to wait for another program that holds the database',
    given: flags => textOf(flags.wait),
    parse: seconds,
    expects: 'a whole number of seconds, 0 to 999999',
  },
  log: {
    flag: '--verbose',
    variable: 'HOMECOMING_LOG',
    fallback: 'warn',
    meaning: 'log as lines of JSON on standard error; --verbose means from debug on',
    given: flags => (flags.verbose === true ? 'debug' : undefined),
    parse: text => LEVELS.find(level => level === text),
    expects: `one of ${LEVELS.join(', ')}`,
  },
  utc: {
    flag: '--utc',
    variable: 'HOMECOMING_UTC',
    fallback: 'false',
    meaning: 'show times in UTC, not in the local zone',
    given: flags => (flags.utc === true ? 'true' : undefined),
    parse: yesOrNo,
    expects: 'true or false',
  },
}

export const SETTING_NAMES = Object.keys(DEFINITIONS) as (keyof Settings)[]

/** Every setting with its value as text and where it came from; nothing is refused here. */
export function findSettings(
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
  file: SettingsFile,
): FoundSetting[] {
  return SETTING_NAMES.map(name => {
    const { flag, variable, fallback, given } = DEFINITIONS[name]
    const offers = [
      { source: 'flag', place: flag.split(' ')[0] as string, text: given(flags) },
      { source: 'environment', place: variable, text: environment[variable] },
      { source: 'file', place: file.path, text: textOf(file.values[name]) },
    ] as const
    const chosen = offers.find(offer => offer.text !== undefined)
    return chosen === undefined
      ? { name, text: fallback, source: 'default', place: `${flag}, ${variable}`, problem: undefined }
      : { name, ...chosen, problem: problemOf(name, chosen.text as string) }
  })
}

/** @throws {HomecomingError} SETTING_INVALID for the first value that cannot be read */
export function readSettings(found: readonly FoundSetting[]): Settings {
  return {
    keyFile: settingOf('keyFile', found),
    associate: settingOf('associate', found),
    packets: settingOf('packets', found),
    parent: settingOf('parent', found),
    wait: settingOf('wait', found) as number,
    log: settingOf('log', found) as Level,
    utc: settingOf('utc', found) as boolean,
  }
}

function problemOf(name: keyof Settings, text: string): string | undefined {
  const { parse, expects } = DEFINITIONS[name]
  return parse(text) === undefined ? `expected ${expects}` : undefined
}

function settingOf<Name extends keyof Settings>(
  name: Name,
  found: readonly FoundSetting[],
): Settings[Name] | undefined {
  const setting = found.find(each => each.name === name)
  if (setting?.text === undefined) return undefined
  if (setting.problem === undefined) return DEFINITIONS[name].parse(setting.text) as Settings[Name]
  throw new HomecomingError(
    'SETTING_INVALID',
    `${name} is '${setting.text}' (from ${setting.place}): ${setting.problem}`,
    { setting: name, value: setting.text, source: setting.source, place: setting.place },
  )
}
