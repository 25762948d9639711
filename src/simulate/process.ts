/**
 * Process: one running program on one machine: it can die at any write, rename, commit or crash point, and its disk can fill.
 * Role:   wraps the machine it is given. After its death nothing that its code still does reaches a file or a database, as
 *         after a real one: no tidying up, no rollback but the database's own. `restart` is the next process.
 * Never:  outlives an action by itself: who armed it looks afterwards whether it died.
 */
import { setCrashHook } from '../core/crash-points.ts'
import { HomecomingError } from '../core/errors.ts'
import type { Files, FileWriter, Platform } from '../platform/contract.ts'
import type { Database, Storage } from '../storage/contract.ts'
import type { Machine } from '../travel/create.ts'

/** Thrown through the engine when its process has died. Nobody but the simulator may catch it for good. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied'
}

/** What happens to a process during one action: it dies at the nth moment (from 1), or its disk has so many bytes left. */
export interface Trouble {
  readonly dies?: number
  readonly room?: number
  /** It dies where it comes to this point. */
  readonly at?: string
}

/** Bytes that a commit needs at least. */
const COMMIT = 4096

export class Process {
  readonly machine: Machine
  readonly #databases = new Map<Database, Database>()
  readonly #open = new Set<{ discard(): Promise<void> }>()
  #dead = false
  #moments = 0
  #dies = 0
  #at: string | undefined
  #room = Number.POSITIVE_INFINITY
  /** Where it died last. */
  diedAt = ''

  constructor(machine: Machine, parts: Partial<Platform>) {
    this.machine = {
      platform: { ...machine.platform, ...parts, files: this.#files(machine.platform.files) },
      storage: this.#storage(machine.storage),
    }
  }

  /** Runs one action, in which it may die. @returns how many moments there were, and whether it has died */
  async act<T>(
    trouble: Trouble,
    work: () => Promise<T>,
  ): Promise<{ value?: T; error?: unknown; died: boolean }> {
    this.#moments = 0
    this.#dies = trouble.dies ?? 0
    this.#at = trouble.at
    this.#room = trouble.room ?? Number.POSITIVE_INFINITY
    setCrashHook(point => this.#moment(point))
    try {
      const value = await work()
      return this.#dead ? { died: true } : { value, died: false }
    } catch (error) {
      return this.#dead ? { died: true } : { error, died: false }
    } finally {
      setCrashHook(undefined)
      this.#dies = 0
      this.#at = undefined
      this.#room = Number.POSITIVE_INFINITY
    }
  }

  get moments(): number {
    return this.#moments
  }

  /** Closes what the dead one had open. What was not committed is gone. */
  async restart(): Promise<void> {
    for (const inner of this.#databases.values()) await inner.close()
    this.#databases.clear()
    for (const writer of this.#open) await writer.discard()
    this.#open.clear()
    this.#dead = false
  }

  #alive(): void {
    if (this.#dead) throw new ProcessDied(this.diedAt)
  }

  #moment(name: string): void {
    this.#alive()
    this.#moments += 1
    if (this.#moments !== this.#dies && name !== this.#at) return
    this.#dead = true
    this.diedAt = name
    throw new ProcessDied(name)
  }

  #spend(bytes: number, what: string): void {
    this.#room -= bytes
    if (this.#room < 0) throw new HomecomingError('DISK_FULL', `no room for ${what}`, { path: what })
  }

  #storage(inner: Storage): Storage {
    const bare = (db: Database): Database => this.#databases.get(db) ?? db
    return {
      databaseType: path => inner.databaseType(path),
      nameOf: path => inner.nameOf(path),
      exists: path => inner.exists(path),
      home: path => inner.home(path),
      beside: path => inner.beside(path),
      within: (place, name) => inner.within(place, name),
      draft: path => inner.draft(path),
      publish: (files, path) => inner.publish(files, path),
      discard: (files, path) => inner.discard(files, path),
      size: database => inner.size(bare(database)),
      create: (files, path, fill, last) => inner.create(files, path, db => fill(this.#database(db)), last),
      version: () => inner.version(),
      open: async (path, options) => {
        this.#alive()
        return this.#database(await inner.open(path, options))
      },
      copyTables: async (from, to, tables, progress, finish) => {
        this.#moment('copying tables')
        await inner.copyTables(bare(from), to, tables, progress, finish)
        this.#moment('tables copied')
      },
      rekey: async (path, from, to) => {
        this.#moment('re-keying')
        return this.#database(await inner.rekey(path, from, to))
      },
      backup: async (from, path) => {
        this.#alive()
        await inner.backup(bare(from), path)
      },
      copyCommand: path => inner.copyCommand(path),
    }
  }

  #database(inner: Database): Database {
    const outer: Database = {
      name: inner.name,
      snapshot: work => {
        this.#alive()
        return inner.snapshot(work)
      },
      change: async work => {
        this.#alive()
        const result = await inner.change(async write => {
          const made = await work(write)
          this.#moment('before a commit')
          this.#spend(COMMIT, inner.name)
          return made
        })
        this.#moment('after a commit')
        return result
      },
      close: async () => {
        this.#alive()
        this.#databases.delete(outer)
        await inner.close()
      },
    }
    this.#databases.set(outer, inner)
    return outer
  }

  #files(inner: Files): Files {
    const around = async (what: string, bytes: number, work: () => Promise<void>): Promise<void> => {
      this.#moment(`before ${what}`)
      this.#spend(bytes, what)
      await work()
      this.#moment(`after ${what}`)
    }
    const looking = <T>(work: () => Promise<T>): Promise<T> => {
      this.#alive()
      return work()
    }
    return {
      join: inner.join,
      parent: inner.parent,
      exists: path => looking(() => inner.exists(path)),
      size: path => looking(() => inner.size(path)),
      list: folder => looking(() => inner.list(folder)),
      read: path => looking(() => inner.read(path)),
      reader: path => looking(() => inner.reader(path)),
      openToOthers: path => looking(() => inner.openToOthers(path)),
      freeBytes: folder => looking(() => inner.freeBytes(folder)),
      makeFolder: folder => looking(() => inner.makeFolder(folder)),
      writer: async (path, options) => {
        this.#moment('before a file is begun')
        return this.#writer(path, await inner.writer(path, options))
      },
      write: (path, bytes, options) =>
        around('a file is written', bytes.length, () => inner.write(path, bytes, options)),
      copy: async (from, to, progress) =>
        around('a file is copied', await inner.size(from), () => inner.copy(from, to, progress)),
      draft: async (from, to, progress) =>
        around('a file is drafted', await inner.size(from), () => inner.draft(from, to, progress)),
      move: (from, to) => around('a rename', 0, () => inner.move(from, to)),
      remove: path => around('a file is removed', 0, () => inner.remove(path)),
      removeFolder: folder => around('a folder is removed', 0, () => inner.removeFolder(folder)),
      destroy: path => around('a key is destroyed', 0, () => inner.destroy(path)),
    }
  }

  #writer(path: string, inner: FileWriter): FileWriter {
    this.#open.add(inner)
    return {
      write: async bytes => {
        this.#moment('before a block is written')
        this.#spend(bytes.length, path)
        await inner.write(bytes)
      },
      sync: async () => {
        this.#alive()
        await inner.sync()
      },
      publish: async () => {
        this.#moment('before a file is published')
        // From here on its handle is closed, and what lies there is what a dead process leaves.
        this.#open.delete(inner)
        await inner.publish()
        this.#moment('after a file is published')
      },
      discard: async () => {
        this.#alive()
        this.#open.delete(inner)
        await inner.discard()
      },
    }
  }
}
