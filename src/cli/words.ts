/** Words: numbers, sizes and places as people read them, and as they type them. */
import { relative, resolve } from 'node:path'
import { HomecomingError, nameOfDatabase } from '../index.ts'

/** "1 record", "20,012 records". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

/** "ee, jo and ok". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** "12 bytes", "3.4 MB". */
export function sized(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`
}

/** Whether a place is the address of a server, and no file. */
export const isAddress = (place: string): boolean => /^[a-z]+:\/\//.test(place)

/** Where a database is, as somebody typed it: a file, or the address of a server. */
export const databaseAt = (argument: string): string => (isAddress(argument) ? argument : resolve(argument))

/** A word that somebody set, as it may be shown: an address without its password, or none where it cannot be read. */
export function shownWord(word: string): string {
  if (!isAddress(word)) return word
  try {
    return nameOfDatabase(word)
  } catch {
    return word.replace(/:\/\/.*/s, '://...')
  }
}

/** @throws {HomecomingError} USAGE for an address: what people take along is a file */
export function folderAt(argument: string): string {
  if (!isAddress(argument)) return resolve(argument)
  throw new HomecomingError(
    'USAGE',
    'people take files along: --to names a folder, not the address of a server',
  )
}

/** A path that can be typed from where one stands: short, and quoted where a shell needs that. */
export function place(path: string): string {
  if (isAddress(path)) return typed(path)
  const near = relative(process.cwd(), path)
  return typed(near === '' || near.startsWith('..') ? path : near)
}

/** What to do with the place of a new office, as the rest of a sentence. */
export const taking = (to: string): string =>
  isAddress(to)
    ? 'Its applications work at its address'
    : `Take the whole folder ${place(resolve(to))} to its office`

/** A word as it can be typed: quoted where a shell needs that. */
export const typed = (word: string): string =>
  /^[\w./\\:@%+=,~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** @param name the option, as typed. @throws {HomecomingError} USAGE unless it is a whole number from `least` on */
export function wholeNumber(name: string, text: string, least = 0): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1
  if (number >= least) return number
  throw new HomecomingError('USAGE', `${name} is '${text}': expected a whole number from ${least} on`, {
    option: name,
    value: text,
  })
}
