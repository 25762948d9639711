/** The frame around every command, seen from outside: a process, its two streams and its exit code. */
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { homecoming, LAUNCHER, temporaryFolder } from './command-line.ts'

describe('starting', () => {
  test('the name alone says what to do first', async () => {
    const { code, stdout, stderr } = await homecoming([])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('homecoming --help')
  })

  test.each([
    [['help'], '--help'],
    [['help', 'satellite', 'list'], 'satellite list --help'],
  ])('%j is %s', async (words, same) => {
    const asked = await homecoming(words)
    expect(asked).toEqual(await homecoming(same.split(' ')))
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: homecoming') })
  })

  test('it works from any folder and through a chain of links', async () => {
    using folder = temporaryFolder()
    symlinkSync(LAUNCHER, join(folder.path, 'first'))
    symlinkSync('first', join(folder.path, 'second'))
    const { code, stdout } = await homecoming(['--version', '--json'], {
      folder: folder.path,
      launcher: join(folder.path, 'second'),
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ homecoming: '0.1.0', node: expect.stringMatching(/^\d+\./) })
  })

  test('a machine without any Node that can run us is told what to do', async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'node'), '#!/bin/sh\necho v20.20.2\n')
    chmodSync(join(folder.path, 'node'), 0o755)
    // A copy outside the project has no Node of the workspace beside it.
    const { code, stderr } = await homecoming([], {
      launcher: copyOfLauncher(folder.path),
      environment: { PATH: `${folder.path}:/usr/bin:/bin` },
    })
    expect(code).toBe(7)
    expect(stderr).toContain('Node 22.15 or later; found: v20.20.2')
  })
})

describe('results and errors', () => {
  test('with --json a result is one object on standard output, and nothing else is', async () => {
    const { code, stdout, stderr } = await homecoming(['explain', 'PACKET_GAP', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ code: 'PACKET_GAP', retry: 'automatic', exit: 3 })
  })

  test('a refusal names the fact, the code and the next action on standard error', async () => {
    const { code, stdout, stderr } = await homecoming(['explain', 'nothing-like-it'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain("no error code 'nothing-like-it'")
    expect(stderr).toContain('USAGE. See `homecoming <command> --help`.')
  })

  test('with --json a refusal is one object with code, message, hint and values', async () => {
    const { code, stdout } = await homecoming(['explain', 'nothing-like-it', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'USAGE',
        message: expect.stringContaining('nothing-like-it'),
        hint: expect.stringContaining('--help'),
        values: { code: 'nothing-like-it' },
      },
    })
  })

  test('a command that does not exist is a wrong call, and the nearest one is offered', async () => {
    const { code, stderr } = await homecoming(['confg'])
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean config?')
  })

  test('a group alone shows its commands, on standard error, and is a wrong call', async () => {
    const { code, stdout, stderr } = await homecoming(['associate'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/One of these must follow: list, add, grant, revoke\.\s*$/)
  })

  test('an option that does not exist is a wrong call', async () => {
    const { code, stdout } = await homecoming(['config', '--jsn', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE' } })
  })

  test('what is not a terminal gets no colour', async () => {
    const { stdout, stderr } = await homecoming(['explain'], {
      environment: { FORCE_COLOR: '1', CI: 'true' },
    })
    expect(stdout + stderr).not.toContain('\u001b')
  })
})

describe('help', () => {
  test.each(['config', 'explain'])('%s shows an example', async name => {
    const { code, stdout } = await homecoming([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/Examples:\n {2}\$ .*homecoming /)
  })
})

describe('settings', () => {
  test('each setting shows its value and where it came from', async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'homecoming.config.json'), '{"wait": 30, "utc": true, "log": "info"}')
    const { stdout } = await homecoming(['config', '--json', '--verbose'], {
      folder: folder.path,
      environment: { HOMECOMING_WAIT: '20' },
    })
    const { settings } = JSON.parse(stdout)
    expect(settings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'log', text: 'debug', source: 'flag', place: '--verbose' }),
        expect.objectContaining({ name: 'wait', text: '20', source: 'environment' }),
        expect.objectContaining({ name: 'utc', text: 'true', source: 'file' }),
        expect.objectContaining({ name: 'associate', source: 'default' }),
      ]),
    )
  })

  test('a wrong value stops a command and is named with its source, and config still shows it', async () => {
    const environment = { HOMECOMING_LOG: 'loud' }
    const stopped = await homecoming(['explain', '--json'], { environment })
    expect(stopped.code).toBe(2)
    expect(JSON.parse(stopped.stdout).error).toMatchObject({
      code: 'SETTING_INVALID',
      values: { setting: 'log', place: 'HOMECOMING_LOG' },
    })
    const shown = await homecoming(['config'], { environment })
    expect(shown.code).toBe(0)
    expect(shown.stdout).toContain('cannot be read: expected one of silent, error')
  })

  test.each([
    ['{"wiat": 3}', "'wiat' is no setting"],
    ['{', 'it is not JSON'],
    ['[]', 'it is not one JSON object'],
  ])('a settings file that says %s is refused', async (text, why) => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'homecoming.config.json'), text)
    const { code, stderr } = await homecoming(['explain'], { folder: folder.path })
    expect(code).toBe(2)
    expect(stderr).toContain(why)
    expect((await homecoming(['config'], { folder: folder.path })).code).toBe(0)
  })
})

function copyOfLauncher(folder: string): string {
  const bin = join(folder, 'elsewhere', 'bin')
  mkdirSync(bin, { recursive: true })
  copyFileSync(LAUNCHER, join(bin, 'homecoming'))
  return join(bin, 'homecoming')
}
