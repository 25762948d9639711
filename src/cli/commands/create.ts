/**
 * homecoming create DATABASE: a new central database, with the CRM model and demo data, or with a model of one's own.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import {
  adoptCentral,
  createCentral,
  createCrm,
  HomecomingError,
  installationKeyOf,
  nameOfDatabase,
} from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { progressOf, report } from '../report.ts'
import { counted, databaseAt, listed, place, wholeNumber } from '../words.ts'

interface CreateOptions {
  readonly records?: string
  readonly seed: string
  readonly associates?: string
  readonly dictionary?: string
  readonly adopt?: true
}

export const createCommand = () =>
  framed<CreateOptions>(
    new Command('create')
      .description('create a central database: the CRM model with demo data, or a model of your own')
      .argument('<database>', 'the new file, or the address of a schema on a PostgreSQL server')
      .option('--records <n>', 'fill it with about so many demo records, 500 to 1,000,000')
      .option('--seed <n>', 'another seed, other demo records', '1')
      .option('--associates <n>', 'demo users besides the administrator (default: 12)')
      .option('--dictionary <file>', 'a model of your own, as JSON, without demo data')
      .option('--adopt', 'the database is there already, with tables of the model: they stay as they are'),
    {
      examples: [
        'homecoming create central.db --records 20000 --seed 7',
        'homecoming create central.db --dictionary model.json',
        'homecoming create postgres://sales@localhost/sales --dictionary model.json --adopt',
      ],
    },
    (run, options, database) => {
      const path = databaseAt(database as string)
      if (options.adopt && options.dictionary === undefined)
        throw new HomecomingError('USAGE', '--adopt needs the model of the tables: --dictionary <file>', {})
      return options.dictionary === undefined
        ? fromCrm(run, path, options)
        : fromDictionary(run, path, options.dictionary, options)
    },
  )

async function fromCrm(run: Run, path: string, options: CreateOptions): Promise<void> {
  const seed = wholeNumber('--seed', options.seed)
  const progress = progressOf(run)
  const filled = await createCrm({
    path,
    seed,
    ...(options.records === undefined ? {} : { records: wholeNumber('--records', options.records, 1) }),
    ...(options.associates === undefined
      ? {}
      : { associates: wholeNumber('--associates', options.associates, 1) }),
    progress: async (done, total) => {
      progress('writing demo records', Math.min(done, total), total)
      // Lets Ctrl-C through.
      await new Promise(resolve => setImmediate(resolve))
    },
  })
  const what =
    filled.records === 0
      ? 'the CRM model and no records yet'
      : `the CRM model and ${counted(filled.records, 'record')} (seed ${seed})`
  shown(run, path, { ...filled, seed }, what)
}

async function fromDictionary(
  run: Run,
  path: string,
  file: string,
  { records, adopt }: CreateOptions,
): Promise<void> {
  if (records !== undefined)
    throw new HomecomingError('USAGE', '--records fills the CRM model only: leave out --dictionary', {})
  const dictionary = dictionaryIn(resolve(file))
  if (adopt) return adopted(run, path, dictionary)
  await createCentral({ path, dictionary, defaultAssociate: 1 })
  shown(run, path, { records: 0, tables: {} }, `the model of ${place(resolve(file))}`)
}

async function adopted(run: Run, path: string, dictionary: unknown): Promise<void> {
  const { kept, made } = await adoptCentral({ path, dictionary, defaultAssociate: 1 })
  const also = made.length > 0 ? `, and ${counted(made.length, 'new one')}: ${listed(made)}` : ''
  shown(run, path, { kept, made }, `${counted(kept.length, 'table')} as they are${also}`)
}

function shown(run: Run, at: string, result: object, what: string): void {
  const path = nameOfDatabase(at)
  const key = installationKeyOf(at)
  report(
    run,
    { database: path, key, ...result },
    () => [
      `Created the central database ${place(path)} with ${what}.`,
      `Its key is ${place(key)}: keep it as safe as the database, and apart from its backups.`,
    ],
    [`homecoming activate ${place(path)}`],
  )
}

/** @throws {HomecomingError} FILE_FAILED, DICTIONARY_INVALID if it is not JSON */
function dictionaryIn(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new HomecomingError('FILE_FAILED', `${path} cannot be read`, { path }, error)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HomecomingError('DICTIONARY_INVALID', `${path} is not JSON`, { path }, error)
  }
}
