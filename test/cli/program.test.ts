/** All commands together: what every one of them has, whoever added it. */
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { program } from '../../src/cli/program.ts'

interface Named {
  readonly words: string
  readonly command: Command
}

const all = (command: Command, before: readonly string[] = []): Named[] =>
  command.commands.flatMap(each => {
    const words = [...before, each.name()]
    return [{ words: words.join(' '), command: each }, ...all(each, words)]
  })
const commands = all(program())
const leaves = commands.filter(({ command }) => command.commands.length === 0)

const helpOf = (command: Command): string => {
  let text = ''
  command.configureOutput({ writeOut: written => (text += written) }).outputHelp()
  return text
}
const examplesIn = (help: string): string[] =>
  [...help.matchAll(/^ {2}\$ (.*)$/gm)].map(match => match[1] ?? '')

test('there was something to look at', () => {
  expect(leaves.length).toBeGreaterThan(25)
})

describe.each(commands)('$words', ({ words, command }) => {
  const examples = examplesIn(helpOf(command))

  test('says in one line what it does', () => {
    expect(command.description()).toMatch(/^.{10,110}$/)
  })

  test('shows an example of itself', () => {
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(` ${example}`).toContain(` homecoming ${words}`)
  })

  test('has only options that its examples may use, and uses no others', () => {
    const known = command.options.flatMap(option => [option.long, option.short])
    const used = examples.flatMap(example => example.match(/(?<= )--?[a-z-]+/g) ?? [])
    expect(used.filter(option => option !== '--help' && !known.includes(option))).toEqual([])
  })
})

test.each(leaves)('$words answers programs with --json', ({ command }) => {
  expect(command.options.map(option => option.long)).toEqual(
    expect.arrayContaining(['--json', '--verbose', '--utc']),
  )
})

test('whatever opens a database can be given a key, a person and a time to wait', () => {
  const without = leaves.filter(
    ({ command }) => !command.options.some(option => ['--key', '--as', '--wait'].includes(option.long ?? '')),
  )
  expect(without.map(({ words }) => words)).toEqual(['create', 'simulate', 'config', 'explain'])
})

test('what destroys something, or needs a copy first, can be told not to ask', () => {
  const destructive = leaves.filter(({ command }) => command.options.some(option => option.long === '--yes'))
  expect(destructive.map(({ words }) => words)).toEqual([
    'deactivate',
    'area edit',
    'area delete',
    'satellite retire',
    'satellite regenerate',
    'satellite write-off',
    'home',
    'write-off',
    'prune',
    'restored',
    'upgrade',
    'remove',
  ])
})
