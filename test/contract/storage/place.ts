/** A place for one rule: a storage, a path, and the databases opened there, closed in the end. */
import { join } from 'node:path'
import type { ErrorCode } from '../../../src/core/errors.ts'
import { HomecomingError } from '../../../src/core/errors.ts'
import type { Row } from '../../../src/core/values.ts'
import type { Database, OpenOptions, Storage } from '../../../src/storage/contract.ts'
import { item, itemTarget, sample } from './item.ts'

export interface Ground {
  readonly storage: Storage
  /** Where a database may be made. */
  readonly path: string
  /** A folder where files may be made. */
  readonly folder: string
  dispose(): Promise<void>
}

export class Place {
  readonly storage: Storage
  readonly path: string
  readonly #ground: Ground
  readonly #opened: Database[] = []

  constructor(ground: Ground) {
    this.#ground = ground
    this.storage = ground.storage
    this.path = ground.path
  }

  /** Where a file may be made. */
  other(name: string): string {
    return join(this.#ground.folder, name)
  }

  async open(path: string, options: OpenOptions = {}): Promise<Database> {
    const database = await this.storage.open(path, options)
    this.#opened.push(database)
    return database
  }

  /** A new database with the table of items, and this many of them: ids from 1, titles "item 1" and so on. */
  async items(count: number, options: OpenOptions = {}): Promise<Database> {
    const database = await this.open(this.path, { ...options, create: true })
    await database.change(async write => {
      await write.schema.createTable(item)
      await write.schema.createIndexes(item)
      await write.insert(itemTarget, items(1, count))
    })
    return database
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const database of this.#opened) await database.close()
    await this.#ground.dispose()
  }
}

/** @returns the row of each item with these ids */
export function items(from: number, to: number): Row[] {
  return Array.from({ length: to - from + 1 }, (_, index) => sample({ item_id: from + index }))
}

/** @returns the code with which `work` is refused; anything else is thrown on */
export async function refusalOf(work: () => Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof HomecomingError) return error.code
    throw error
  }
}
