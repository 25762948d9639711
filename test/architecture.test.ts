/**
 * Architecture: who may know whom, as data. The table in ARCHITECTURE.md says the same for people.
 * Left may not know right: a change travels through these folders in this order.
 */
import { describe, expect, test } from 'vitest'
import { crmDictionary } from '../src/crm/dictionary.ts'
import { codeOf, filesBelow, importsOf, read } from './support/sources.ts'

interface Layer {
  /** Folders of src/ that it may import, besides its own. */
  readonly knows: readonly string[]
  /** npm packages. `node:` modules only where `node` is true. */
  readonly packages?: readonly string[]
  readonly node?: boolean
  /** The same code runs in a browser: contracts only. */
  readonly engine?: boolean
}

const TO_LOG = ['core', 'platform', 'dictionary', 'storage', 'log']
const TO_AREAS = [...TO_LOG, 'capture', 'hashes', 'areas', 'sameness']
const TO_PACKET = [...TO_AREAS, 'prototype', 'packet']
const TO_TRAVEL = [...TO_PACKET, 'carrier', 'apply', 'rejoin', 'travel']
const TERMINAL = ['commander', 'cli-table3', 'cli-progress', 'picocolors', 'pino']

/** In the order of the journey. `name/*` are the adapters below `name`; an adapter does not know another. */
const LAYERS: Readonly<Record<string, Layer>> = {
  core: { knows: [], engine: true },
  platform: { knows: ['core'], engine: true },
  'platform/*': { knows: ['core', 'platform'], node: true },
  dictionary: { knows: ['core', 'platform'], engine: true },
  storage: { knows: ['core', 'platform', 'dictionary'], engine: true, packages: ['kysely'] },
  log: { knows: TO_LOG, engine: true, packages: ['kysely'] },
  // Capture writes the log's own row types from inside the database, so the adapters know log/types.ts.
  'storage/*': {
    knows: TO_LOG,
    node: true,
    packages: ['kysely', 'better-sqlite3-multiple-ciphers', 'pg'],
  },
  capture: { knows: TO_LOG, engine: true, packages: ['kysely'] },
  hashes: { knows: TO_LOG, engine: true, packages: ['kysely'] },
  areas: { knows: [...TO_LOG, 'capture', 'hashes'], engine: true, packages: ['kysely'] },
  sameness: { knows: TO_AREAS, engine: true, packages: ['kysely'] },
  prototype: { knows: TO_AREAS, engine: true, packages: ['kysely'] },
  packet: { knows: TO_PACKET, engine: true, packages: ['kysely'] },
  carrier: { knows: ['core', 'platform'], engine: true },
  // A carrier knows what packets are called, and nothing of what is in them.
  'carrier/*': { knows: ['core', 'platform', 'packet', 'carrier'], node: true },
  apply: { knows: [...TO_PACKET, 'carrier'], engine: true, packages: ['kysely'] },
  rejoin: { knows: [...TO_PACKET, 'carrier', 'apply'], engine: true, packages: ['kysely'] },
  travel: { knows: TO_TRAVEL, engine: true, packages: ['kysely'] },
  satellite: { knows: TO_TRAVEL, packages: ['kysely'] },
  // It looks into databases with questions of its own, and keeps worlds in folders.
  simulate: { knows: [...TO_TRAVEL, 'satellite'], node: true, packages: ['kysely'] },
  documents: { knows: [...TO_TRAVEL, 'satellite'], packages: ['kysely'] },
  crm: { knows: ['core', 'dictionary', 'storage'], packages: ['@faker-js/faker'] },
  gateway: { knows: [...TO_TRAVEL, 'satellite', 'documents'], node: true },
  app: {
    knows: [
      ...TO_TRAVEL,
      ...['platform/*', 'storage/*', 'carrier/*', 'satellite', 'simulate', 'documents', 'crm', 'gateway'],
    ],
    packages: ['kysely'],
    node: true,
  },
  'index.ts': { knows: [...TO_TRAVEL, 'satellite', 'documents', 'crm', 'app'] },
  cli: { knows: ['index.ts'], packages: TERMINAL, node: true },
  demo: { knows: ['index.ts', 'crm', 'cli'], packages: TERMINAL, node: true },
}

/** Of Node, a command may use what a terminal is made of; the work itself is the library's. */
const NODE_IN_CLI = ['node:fs', 'node:module', 'node:path', 'node:readline/promises', 'node:url']

/** Files over 500 lines, each with its reason. */
const LONG: Readonly<Record<string, string>> = {}

/** Words that are tables of the CRM and, with another meaning, words of the engine. */
const ENGINE_WORDS: Readonly<Record<string, string>> = {
  text: 'a field type',
  contact: 'a role of a field',
  project: 'a role of a field',
  company: 'the part of the dictionary that names our own companies',
  document: 'the part of the dictionary that names the records that files hang on',
  reason: 'a column of the conflict journal and of what was refused',
  associate: 'a column of the log, and the part of the dictionary that names the users',
}

const sources = filesBelow('src').filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts'))
const imports = sources.flatMap(from => importsOf(from).map(to => ({ from, to })))
const own = imports.filter(({ to }) => to.startsWith('src/'))
const foreign = imports.filter(({ to }) => !/^(src|test|bench|examples|tools)\//.test(to))
const engine = sources.filter(path => LAYERS[layerOf(path)]?.engine)

/** The adapter's own name is kept apart: two adapters are two neighbours. */
function layerOf(path: string): string {
  const [, folder = '', inner, file] = path.split('/')
  const hasAdapters = `${folder}/*` in LAYERS
  return hasAdapters && inner !== undefined && file !== undefined ? `${folder}/*` : folder
}

const home = (path: string): string =>
  path
    .split('/')
    .slice(0, layerOf(path).endsWith('/*') ? 3 : 2)
    .join('/')
const listed = (broken: readonly { from: string; to: string }[]) =>
  broken.map(({ from, to }) => `${from} imports ${to}`)

describe('who may know whom', () => {
  test('there was something to look at', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(engine.length).toBeGreaterThan(30)
    expect(own.length).toBeGreaterThan(100)
  })

  test('every folder is in the table', () => {
    const missing = sources.map(layerOf).filter(layer => !(layer in LAYERS))
    expect([...new Set(missing)]).toEqual([])
  })

  test('the table itself points to the left only', () => {
    const order = Object.keys(LAYERS)
    const backwards = order.flatMap((layer, place) =>
      (LAYERS[layer]?.knows ?? [])
        .filter(known => known !== layer && order.indexOf(known) >= place)
        .map(known => `${layer} knows ${known}`),
    )
    expect(backwards).toEqual([])
  })

  test('a folder imports only what the table allows', () => {
    const broken = own.filter(
      ({ from, to }) => home(from) !== home(to) && !LAYERS[layerOf(from)]?.knows.includes(layerOf(to)),
    )
    expect(listed(broken)).toEqual([])
  })

  test('an adapter does not know another adapter', () => {
    const broken = own.filter(
      ({ from, to }) => layerOf(from).endsWith('/*') && layerOf(to).endsWith('/*') && home(from) !== home(to),
    )
    expect(listed(broken)).toEqual([])
  })

  test('nothing in src imports tests, benchmarks, examples or tools', () => {
    expect(listed(imports.filter(({ to }) => /^(test|bench|examples|tools)\//.test(to)))).toEqual([])
  })

  test('a package is imported only where the table names it', () => {
    const broken = foreign.filter(({ from, to }) => {
      const layer = LAYERS[layerOf(from)]
      return to.startsWith('node:') ? !layer?.node : !layer?.packages?.includes(packageOf(to))
    })
    expect(listed(broken)).toEqual([])
  })

  test('a package that src imports is shipped with it', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    const packages = foreign.map(({ to }) => to).filter(to => !to.startsWith('node:'))
    expect(packages.map(packageOf).filter(name => !(name in dependencies))).toEqual([])
  })

  test('a command uses of Node only what a terminal is made of', () => {
    const broken = foreign.filter(
      ({ from, to }) => layerOf(from) === 'cli' && to.startsWith('node:') && !NODE_IN_CLI.includes(to),
    )
    expect(listed(broken)).toEqual([])
  })
})

describe('the engine runs in a browser', () => {
  test.each([
    ['Buffer', /(?<![.\w])Buffer\b/],
    ['process', /(?<![.\w'])process\s*(\?\.|\.|\[)/],
    ['require', /(?<![.\w])require\s*\(/],
    ['__dirname', /__dirname|import\.meta\.(dirname|filename)/],
  ])('no file of it uses %s', (_, form) => {
    expect(engine.filter(path => form.test(codeOf(path)))).toEqual([])
  })
})

describe('the engine knows no particular application', () => {
  const tables = crmDictionary.tables.map(table => table.name)

  test('there are tables to look for', () => {
    expect(tables.length).toBeGreaterThan(40)
  })

  test('no file of it holds the name of a CRM table as a text', () => {
    const names = tables.filter(name => !(name in ENGINE_WORDS))
    const quoted = new RegExp(`(['"\`])(${names.join('|')})\\1`, 'i')
    expect(found(quoted)).toEqual([])
  })

  test('no file of it names a CRM table in SQL', () => {
    const inSql = new RegExp(`\\b(from|into|update|join|table)\\s+"?(${tables.join('|')})"?(?![\\w'-])`, 'i')
    const texts = engine.filter(path => sqlOf(path).some(text => inSql.test(text)))
    expect(texts).toEqual([])
  })

  const found = (form: RegExp) =>
    engine.flatMap(path => {
      const match = form.exec(codeOf(path))
      return match ? [`${path}: ${match[0]}`] : []
    })
})

describe('size', () => {
  const files = ['src', 'test', 'bench', 'examples', 'tools']
    .flatMap(filesBelow)
    .filter(path => path.endsWith('.ts'))
  const lines = (path: string) => read(path).split('\n').length

  test('a file over 500 lines has a reason', () => {
    expect(files.filter(path => lines(path) > 500 && !(path in LONG))).toEqual([])
  })

  test('a reason that is no longer needed is taken off the list', () => {
    expect(Object.keys(LONG).filter(path => !files.includes(path) || lines(path) <= 500)).toEqual([])
  })
})

/** Queries are written as sql`...`; a sentence in an error may well say "from contact". */
function sqlOf(path: string): string[] {
  return [...codeOf(path).matchAll(/\bsql(?:<[^`]*>)?`([^`]*)`/g)].map(match => match[1] ?? '')
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}
