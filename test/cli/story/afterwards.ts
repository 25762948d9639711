/** Afterwards: the log is shortened, and all of it taken out again. */
import Database from 'better-sqlite3-multiple-ciphers'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { program } from '../../../src/cli/program.ts'
import type { Story } from './story.ts'

export function afterwards({ run, refused, at, answered }: Story): void {
  test('old log rows go, after a question', async () => {
    expect(await run('prune central.db --days 0 --yes')).toMatchObject({ heldBackBy: 'prototype' })
  })

  test('a database of this version needs no upgrade', async () => {
    expect(await run('upgrade central.db')).toMatchObject({ from: 1, to: 1, steps: [] })
  })

  test('the model can be looked up, with and without a database', async () => {
    expect((await run('dictionary')).tables.length).toBeGreaterThan(40)
    expect(await run('dictionary contact --of central.db')).toMatchObject({ name: 'contact', number: 5 })
    await refused('dictionary nothing', 2, 'TABLE_UNKNOWN')
  })

  test('deactivated and removed, it is an ordinary database', async () => {
    await run('deactivate central.db --yes')
    expect((await run('status central.db')).prototypes).toEqual([])
    await run('remove central.db --yes')
    const database = new Database(at('central.db'), { readonly: true })
    expect(database.prepare('select name from contact where contact_id = 3').pluck().get()).toBe('Road AS')
    expect(database.prepare(`select name from sqlite_schema where name like 'hc%'`).all()).toEqual([])
    database.close()
    await refused('status central.db', 5, 'DATABASE_INVALID')
  })

  test('every command was part of the story, and answered with one object', async () => {
    for (const line of ['config', 'explain', 'simulate --seeds 3-3 --steps 20']) await run(line)
    expect(leaves(program()).filter(name => !answered.has(name))).toEqual([])
    expect(answered.size).toBeGreaterThan(25)
  })
}

function leaves(command: Command, names: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [names.join(' ')]
  return command.commands.flatMap(each => leaves(each, [...names, each.name()]))
}
