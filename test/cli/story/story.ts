/**
 * Story: the folder in which the commands are played, and what every chapter needs: to run, to be refused, to look.
 * Each command is a process of its own, as an administrator and two travellers would type it.
 */
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { expect } from 'vitest'
import { program } from '../../../src/cli/program.ts'
import { closeDatabase, openDatabase, sql } from '../../../src/index.ts'
import { homecoming, temporaryFolder } from '../command-line.ts'

export class Story implements Disposable {
  readonly #folder = temporaryFolder()
  /** Names of the commands that ended well with --json, "associate grant". */
  readonly answered = new Set<string>()

  readonly at = (...names: string[]): string => join(this.#folder.path, ...names)

  /** Runs a command and gives what it printed: one object, and nothing else anywhere. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever a command printed
  readonly run = async (line: string, exit = 0): Promise<any> => {
    const words = line.split(' ')
    const { code, stdout, stderr } = await homecoming([...words, '--json'], { folder: this.#folder.path })
    expect({ line, code, stderr, stdout: code === exit ? '' : stdout }).toEqual({
      line,
      code: exit,
      stderr: '',
      stdout: '',
    })
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    if (exit === 0) this.answered.add(commandIn(words))
    return JSON.parse(stdout)
  }

  readonly refused = async (line: string, exit: number, code: string): Promise<void> =>
    expect(await this.run(line, exit)).toMatchObject({ error: { code, hint: expect.any(String) } })

  readonly shown = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await homecoming(line.split(' '), { folder: this.#folder.path })
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' })
    return stdout
  }

  /** The office works with a program that knows nothing of us. */
  readonly atOffice = (statement: string): void => this.inFile('central.db', statement)

  /** The same at any database that is a file under no key. */
  readonly inFile = (path: string, statement: string): void => {
    const database = new Database(this.at(path))
    try {
      database.exec(statement)
    } finally {
      database.close()
    }
  }

  /** A travel database is encrypted: its application opens it through the library. */
  readonly onTheRoad = async (path: string, statement: string): Promise<void> => {
    const database = await openDatabase(this.at(path))
    await database.db.change(write => write.run(sql.raw(statement)))
    await closeDatabase(database)
  };

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}

const commandIn = (words: readonly string[]) => {
  const [first = '', second = ''] = words
  const found = program().commands.find(each => each.name() === first)
  return found?.commands.some(each => each.name() === second) ? `${first} ${second}` : first
}
