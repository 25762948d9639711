/** The parts of the frame that a process without a terminal cannot show. */
import { PassThrough } from 'node:stream'
import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { confirm } from '../../src/cli/confirm.ts'
import { reportFailure } from '../../src/cli/failure.ts'
import { type Interruptible, interruptible } from '../../src/cli/interrupt.ts'
import { logAt } from '../../src/cli/log.ts'
import { nodeProblem } from '../../src/cli/node-version.ts'
import { coloursFor, output, table, toJson } from '../../src/cli/output.ts'
import { progressOn } from '../../src/cli/progress.ts'
import { showTime } from '../../src/cli/time.ts'
import { HomecomingError } from '../../src/index.ts'

const written = (isTTY = false) => {
  const lines: string[] = []
  return { isTTY, lines, write: (text: string) => lines.push(text), text: () => lines.join('') }
}
const terminal = () => Object.assign(new PassThrough(), { isTTY: true })

describe('the version of Node', () => {
  test.each(['22.15.0', '22.18.1', '24.0.0', '30.1.0'])('%s runs us', version => {
    expect(nodeProblem(version)).toBeUndefined()
  })
  test.each(['18.20.0', '20.20.2', '22.14.0'])('%s is too old, and is told so', version => {
    expect(nodeProblem(version)).toContain(`this is Node ${version}`)
  })
})

describe('output', () => {
  test('colour is for terminals, unless NO_COLOR is set or the terminal is dumb', () => {
    expect(coloursFor(written(true), {}).bold('x')).not.toBe('x')
    expect(coloursFor(written(false), {}).bold('x')).toBe('x')
    expect(coloursFor(written(true), { NO_COLOR: '1' }).bold('x')).toBe('x')
    expect(coloursFor(written(true), { TERM: 'dumb' }).bold('x')).toBe('x')
  })

  test('a table is aligned, numbers to the right, without blanks at the ends of lines', () => {
    const shown = table(
      ['NAME', 'EDITS'],
      [
        ['ee', 7],
        ['nordlys', 120],
      ],
      coloursFor(written(), {}),
    )
    expect(shown.split('\n')).toEqual(['NAME     EDITS', 'ee           7', 'nordlys    120'])
  })

  test('wide characters take two columns', () => {
    const shown = table(
      ['NAME', 'X'],
      [
        ['東京', 'a'],
        ['abcd', 'b'],
      ],
      coloursFor(written(), {}),
    )
    expect(shown.split('\n').slice(1)).toEqual(['東京  a', 'abcd  b'])
  })

  test('JSON keeps big integers and bytes', () => {
    expect(toJson({ a: 5n, b: 2n ** 60n, c: new Uint8Array([1, 255]) })).toBe(
      '{"a":5,"b":"1152921504606846976","c":"01ff"}',
    )
  })
})

describe('time', () => {
  test('is shown with the offset of the zone, half hours too', () => {
    expect(showTime(1_795_233_906, 'America/St_Johns')).toBe('2026-11-21 00:35:06 -03:30')
    expect(showTime(1_795_233_906, 'UTC')).toBe('2026-11-21 04:05:06Z')
    expect(showTime(1_795_233_906, 'Europe/London')).toBe('2026-11-21 04:05:06 +00:00')
  })
})

describe('progress', () => {
  test('shows after a second, on a terminal only', () => {
    let now = 0
    const screen = terminal()
    const progress = progressOn({ stream: screen, now: () => now })
    progress.report('copying', 1, 10)
    expect(screen.read()).toBeNull()
    now = 1001
    progress.report('copying', 5, 10)
    progress.end()
    progress.end()
    expect(String(screen.read())).toContain('50 % of 10')
  })

  test('writes nothing into a file', () => {
    let now = 0
    const file = new PassThrough()
    const progress = progressOn({ stream: file, now: () => now })
    now = 5000
    progress.report('copying', 5, 10)
    progress.end()
    expect(file.read()).toBeNull()
  })
})

describe('confirming', () => {
  const asked = async (typed: string | undefined) => {
    const person = { input: terminal(), output: terminal() }
    const answer = confirm('Remove everything?', false, person)
    if (typed === undefined) person.input.end()
    else person.input.write(`${typed}\n`)
    return answer
  }

  test('--yes asks nobody', async () => {
    await confirm('Remove everything?', true, { input: new PassThrough(), output: new PassThrough() })
  })
  test('without a terminal and without --yes it is refused', async () => {
    const nobody = { input: new PassThrough(), output: new PassThrough() }
    await expect(confirm('Remove everything?', false, nobody)).rejects.toMatchObject({
      code: 'CONFIRMATION_NEEDED',
    })
  })
  test('a yes is a yes', async () => {
    await asked('yes')
  })
  test.each(['', 'no', 'maybe', undefined])('%j is no yes', async typed => {
    await expect(asked(typed)).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' })
  })
})

describe('interrupting', () => {
  const machine = () => {
    const listeners = new Map<string, () => void>()
    const exits: number[] = []
    const process: Interruptible = {
      on: (signal, listener) => listeners.set(signal, listener),
      off: signal => listeners.delete(signal),
      exit: code => exits.push(code),
    }
    return { process, exits, listeners, press: () => listeners.get('SIGINT')?.() }
  }

  test('the first Ctrl-C asks the work to stop with INTERRUPTED, the second ends at once with 130', async () => {
    const { process, exits, listeners, press } = machine()
    const notes: string[] = []
    const work = interruptible(
      process,
      line => notes.push(line),
      async signal => {
        press()
        expect(exits).toEqual([])
        expect(notes).toHaveLength(1)
        press()
        signal.throwIfAborted()
      },
    )
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(exits).toEqual([130])
    expect(listeners.size).toBe(0)
  })
})

describe('failures', () => {
  const reported = (error: unknown, json = false) => {
    const streams = { out: written(), err: written() }
    const code = reportFailure(error, output(streams, json, {}), coloursFor(streams.err, {}))
    return { code, out: streams.out.text(), err: streams.err.text() }
  }

  test('a refusal ends with its exit code from the registry, without a stack', () => {
    const { code, err } = reported(new HomecomingError('NOT_SAME', 'three records differ'))
    expect(code).toBe(8)
    expect(err).toContain('three records differ')
    expect(err).not.toContain('    at ')
  })
  test('an interruption ends with 130', () => {
    expect(reported(new HomecomingError('INTERRUPTED', 'stopped')).code).toBe(130)
  })
  test('a mistake of ours ends with 70, its stack, its cause and the request to report it', () => {
    const { code, err } = reported(new TypeError('x is undefined', { cause: new Error('deep') }))
    expect(code).toBe(70)
    expect(err).toMatch(/TypeError: x is undefined\n {4}at [\s\S]*caused by Error: deep[\s\S]*report it/)
  })
  test('with --json it is one object too', () => {
    const { code, out } = reported(new TypeError('x is undefined'), true)
    expect(code).toBe(70)
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'UNEXPECTED', message: 'x is undefined' } })
  })
  test('help is no failure', () => {
    expect(reported(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'))).toMatchObject({
      code: 0,
      err: '',
    })
  })
})

describe('the log', () => {
  test('holds no key, password, bytes or value of a field, at any depth', () => {
    const lines: string[] = []
    const log = logAt('debug', { write: line => lines.push(line) })
    const secret = 'nordlys-4711'
    log.info({ table: 'contact', values: [secret], link: { key: secret, wrappedKey: secret } }, 'read')
    log.info({ list: [{ password: secret, bytes: new TextEncoder().encode(secret) }], rows: 5 })
    log.error({ err: new HomecomingError('VALUE_REFUSED', `'${secret}' is too long`, { text: secret }) })
    log.error(new Error(secret))
    expect(lines).toHaveLength(4)
    expect(lines.join('')).not.toContain('4711')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', table: 'contact', msg: 'read' })
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ rows: 5 })
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ err: { code: 'VALUE_REFUSED', named: ['text'] } })
  })
})
