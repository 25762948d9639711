/**
 * Twice: a storage whose changes are undone at one of their statements and begin again, as a server has it where another
 * transaction came between. What a change keeps outside its transaction shows itself: it is there twice.
 */
import type { Database, Storage, Writing } from '../../src/storage/contract.ts'

/** A handle of the engine's on one database: only that is wrapped. */
export function twice(inner: Storage, isWrapped: (path: string) => boolean): Storage {
  const bare = (db: Database): Database => inners.get(db) ?? db
  const wrapped = (db: Database): Database => (isWrapped(db.name) ? changingTwice(db) : db)
  return {
    ...inner,
    open: async (...how) => wrapped(await inner.open(...how)),
    size: db => inner.size(bare(db)),
    copyTables: (from, ...copied) => inner.copyTables(bare(from), ...copied),
    backup: (from, path) => inner.backup(bare(from), path),
  }
}

const inners = new WeakMap<Database, Database>()
const UNDONE = new Error('undone on purpose')
/** Every change is undone at another statement, sooner or later. */
const LATEST = 29

function changingTwice(inner: Database): Database {
  let changes = 0
  const outer: Database = {
    name: inner.name,
    snapshot: work => inner.snapshot(work),
    change: async work => {
      changes += 7
      const at = 1 + (changes % LATEST)
      try {
        return await inner.change(write => work(failingAt(at, write)))
      } catch (error) {
        if (error !== UNDONE) throw error
        return inner.change(work)
      }
    },
    close: () => inner.close(),
  }
  inners.set(outer, inner)
  return outer
}

function failingAt(at: number, write: Writing): Writing {
  let calls = 0
  return new Proxy(write, {
    get(target, name) {
      const value = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        calls += 1
        if (calls === at) throw UNDONE
        return value.apply(target, given)
      }
    },
  })
}
