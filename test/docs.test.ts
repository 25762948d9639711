/**
 * Docs: what the pages say exists, exists. Paths, links, commands, npm scripts, error codes, dependencies.
 * They are read from every .md file of the project.
 */
import { existsSync } from 'node:fs'
import { dirname, posix, resolve } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { program } from '../src/cli/program.ts'
import { REGISTRY } from '../src/core/error-registry.ts'
import { ERRORS_PAGE, errorsPage } from '../tools/errors-page.ts'
import { filesBelow, ROOT, read } from './support/sources.ts'

const files = filesBelow('.')
const pages = files.filter(path => path.endsWith('.md'))
const folders = new Set(files.map(path => path.split('/')[0]).filter(name => !files.includes(name ?? '')))

/** Text in backticks, of a line or of a block. */
const code = pages.flatMap(page =>
  [...read(page).matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, block, span]) => ({
    page,
    text: block ?? span ?? '',
    isBlock: block !== undefined,
  })),
)

describe('paths', () => {
  const links = pages.flatMap(page =>
    [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, to = '']) => ({ page, to }))
      .filter(({ to }) => !/^[a-z]+:/.test(to)),
  )
  const named = code.filter(({ isBlock, text }) => !isBlock && isPath(text))

  test('there was something to look at', () => {
    expect(pages.length).toBeGreaterThan(10)
    expect(links.length + named.length).toBeGreaterThan(30)
  })

  test('a link leads to a file of the project', () => {
    const broken = links.filter(({ page, to }) => !existsSync(resolve(ROOT, dirname(page), to)))
    expect(broken).toEqual([])
  })

  test('a path in backticks exists, seen from the page, from the root or from src', () => {
    const broken = named.filter(({ page, text }) => !pathExists(page, text))
    expect(broken.map(({ page, text }) => `${page}: ${text}`)).toEqual([])
  })

  /** One that starts in a folder of ours or with a dot, or that ends like a source file. Patterns are none. */
  function isPath(text: string): boolean {
    if (!/^[\w.@/-]+$/.test(text) || text.startsWith('../shared')) return false
    return /^\.{1,2}\//.test(text) || folders.has(text.split('/')[0]) || /[\w-]\.(ts|md)$/.test(text)
      ? text.includes('/') || /\.(ts|md)$/.test(text)
      : false
  }

  function pathExists(page: string, text: string): boolean {
    const bases = [dirname(page), '.', 'src', 'docs']
    return (
      bases.some(base => existsSync(resolve(ROOT, base, text))) ||
      files.some(file => file.endsWith(`/${posix.normalize(text)}`))
    )
  }
})

/** What keys are derived for begins with our name too (docs/packet-format.md). */
const PURPOSE = /^homecoming (installation packets|packet v\d)/

describe('commands', () => {
  const root = program()
  const calls = code.flatMap(({ page, text, isBlock }) =>
    linesOf(text, isBlock).flatMap(line => {
      if (PURPOSE.test(line)) return []
      const words = /^(?:\$ )?(?:bin\/)?homecoming +([a-z][a-z-]*)(?: +([a-z][a-z-]*)(?=\s|$))?/.exec(line)
      return words ? [{ page, words: words.slice(1).filter(word => word !== undefined) }] : []
    }),
  )

  test('a command that a page names exists', () => {
    expect(calls.length).toBeGreaterThan(5)
    const missing = calls.filter(({ words }) => !exists(root, words))
    expect(missing.map(({ page, words }) => `${page}: homecoming ${words.join(' ')}`)).toEqual([])
  })

  test('an npm script that a page names exists', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = code.flatMap(({ text }) =>
      [...text.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name),
    )
    expect(named.length).toBeGreaterThan(3)
    expect(named.filter(name => !(name in scripts))).toEqual([])
  })

  function linesOf(text: string, isBlock: boolean): string[] {
    return isBlock ? text.split('\n').map(line => line.trim()) : [text]
  }

  function exists(command: Command, [word, ...more]: readonly string[]): boolean {
    if (word === undefined) return true
    const found = below(command, word)
    return found !== undefined && (found.commands.length === 0 || exists(found, more))
  }

  function below(command: Command, name: string): Command | undefined {
    return command.commands.find(each => each.name() === name || each.aliases().includes(name))
  }
})

describe('invariants', () => {
  const titles = new Set(
    filesBelow('test')
      .filter(path => path.endsWith('.ts'))
      .flatMap(path => [...read(path).matchAll(/\btest(?:\.each\([\s\S]*?\))?\(\s*(['"`])(.*?)\1,/g)])
      .map(([, , title]) => title),
  )
  const [, list = ''] = read('docs/protocol.md').split('## Invariants')
  const promised = list
    .split('\n')
    .filter(line => /^\| \d+ \| /.test(line))
    .map(line => [...line.matchAll(/"([^"]+)"/g)].map(([, title]) => title))

  test('each invariant of the protocol names a test that exists', () => {
    expect(promised.length).toBeGreaterThan(15)
    expect(promised.filter(named => named.length === 0)).toEqual([])
    expect(promised.flat().filter(title => !titles.has(title))).toEqual([])
  })
})

describe('pages that follow from something else', () => {
  test('docs/errors.md is what `npm run docs:errors` writes', () => {
    expect(read(ERRORS_PAGE)).toBe(errorsPage())
  })

  test('an error code in a page is in the registry', () => {
    const prefixes = new Set(Object.keys(REGISTRY).map(name => name.split('_')[0]))
    const named = code.filter(
      ({ text }) => /^[A-Z]+(_[A-Z]+)+$/.test(text) && prefixes.has(text.split('_')[0]),
    )
    expect(
      named.filter(({ text }) => !(text in REGISTRY)).map(({ page, text }) => `${page}: ${text}`),
    ).toEqual([])
  })

  test('decision records are numbered without a gap', () => {
    const numbers = filesBelow('docs/decisions').map(path =>
      Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]),
    )
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })

  test('every dependency has a line in docs/dependencies.md that says what it does for us', () => {
    const dependencies = ['package.json', 'tools/node/package.json'].flatMap(path => {
      const described = JSON.parse(read(path)) as Record<string, Record<string, string> | undefined>
      return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap(kind =>
        Object.keys(described[kind] ?? {}),
      )
    })
    const lines = read('docs/dependencies.md').split('\n')
    expect(dependencies.length).toBeGreaterThan(10)
    expect(dependencies.filter(name => !lines.some(line => line.startsWith(`| \`${name}\``)))).toEqual([])
  })
})
