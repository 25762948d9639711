/** Area options: the settings of an area as people type them, for the commands that make, change and preview one. */
import { type Command, Option } from 'commander'
import { HomecomingError } from '../index.ts'
import { wholeNumber } from './words.ts'

type Switch = 'on' | 'off'

export interface AreaOptions {
  readonly name?: string
  readonly include?: string
  readonly exclude?: string
  readonly assign?: string
  readonly unassign?: string
  readonly allData?: Switch
  readonly maxAge?: string
  readonly encryption?: '0' | '1' | '2'
  readonly freeText?: Switch
}

/** @param of a new area has nobody to take out, and its name elsewhere */
export function withAreaOptions(command: Command, of: 'new' | 'known'): Command {
  if (of === 'known') command.option('--name <name>', 'another name')
  command.option('--include <people>', 'whose data it includes: login names or ids, with commas between')
  if (of === 'known') command.option('--exclude <people>', 'whose data it includes no longer')
  command.option('--assign <people>', 'who leaves with it')
  if (of === 'known') command.option('--unassign <people>', 'who leaves with it no longer')
  return command
    .addOption(new Option('--all-data <on|off>', 'it includes everything').choices(['on', 'off']))
    .option('--max-age <days>', 'leave out follow-ups and documents that are older; 0: none')
    .addOption(new Option('--encryption <mode>', 'of packets: 0, 1 or 2 as in `go`').choices(['0', '1', '2']))
    .addOption(new Option('--free-text <on|off>', 'the search index travels').choices(['on', 'off']))
}

/** What was typed, as the library takes it; what was not stays out. */
export const editOf = (options: AreaOptions) => ({
  ...(options.name !== undefined && { name: options.name }),
  ...peopleIn('include', options.include),
  ...peopleIn('exclude', options.exclude),
  ...peopleIn('assign', options.assign),
  ...peopleIn('unassign', options.unassign),
  ...(options.allData !== undefined && { allData: options.allData === 'on' }),
  ...(options.maxAge !== undefined && { maxDataAge: wholeNumber('--max-age', options.maxAge) }),
  ...(options.encryption !== undefined && { encryption: Number(options.encryption) as 0 | 1 | 2 }),
  ...(options.freeText !== undefined && { freeText: options.freeText === 'on' }),
})

type People = 'include' | 'exclude' | 'assign' | 'unassign'

function peopleIn(name: People, text: string | undefined): { readonly [name in People]?: string[] } {
  if (text === undefined) return {}
  const people = text
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
  if (people.length > 0) return { [name]: people }
  throw new HomecomingError('USAGE', `--${name} names nobody`, { option: `--${name}`, value: text })
}
