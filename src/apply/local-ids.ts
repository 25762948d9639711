/**
 * Local ids: a child reads the parent's ids as its own temporary ones, where it made the record (SPEC 3).
 */
import type { RecordId } from '../core/ids.ts'
import type { Row, Value } from '../core/values.ts'
import type { LoadedDictionary } from '../dictionary/load.ts'
import type { Table } from '../dictionary/model.ts'
import { keyOf } from '../log/version.ts'
import { readRuns } from '../packet/pairs.ts'
import type { Reading } from '../storage/contract.ts'

export class LocalIds {
  readonly #dictionary: LoadedDictionary
  readonly #toLocal = new Map<number, RecordId>()
  readonly #toParent = new Map<number, RecordId>()

  private constructor(dictionary: LoadedDictionary) {
    this.#dictionary = dictionary
  }

  static async read(read: Reading, dictionary: LoadedDictionary, tag: string): Promise<LocalIds> {
    const ids = new LocalIds(dictionary)
    for (const run of await readRuns(read, tag)) {
      for (let k = 0; k < run.count; k++) {
        ids.#toLocal.set(keyOf(run.table, run.parent + k), run.local + k)
        ids.#toParent.set(keyOf(run.table, run.local + k), run.parent + k)
      }
    }
    return ids
  }

  local(table: Table, id: RecordId): RecordId {
    return this.#toLocal.get(keyOf(table.number, id)) ?? id
  }

  /** Created here on this journey: it stays until homecoming, whatever area it is in. */
  isOwn(table: Table, local: RecordId): boolean {
    return this.#toParent.has(keyOf(table.number, local))
  }

  parent(table: Table, id: RecordId): RecordId {
    return this.#toParent.get(keyOf(table.number, id)) ?? id
  }

  localRow(table: Table, row: Row): Row {
    return this.#toLocal.size === 0 ? row : this.#translate(table, row, this.#toLocal)
  }

  parentRow(table: Table, row: Row): Row {
    return this.#toParent.size === 0 ? row : this.#translate(table, row, this.#toParent)
  }

  #translate(table: Table, row: Row, map: ReadonlyMap<number, RecordId>): Row {
    const key = row[0] as number
    const translated = [...row] as Value[]
    translated[0] = map.get(keyOf(table.number, key)) ?? key
    for (const field of this.#dictionary.idFields(table)) {
      const target = field.targetOf(row)
      if (!target) continue
      const id = row[field.index] as number
      translated[field.index] = map.get(keyOf(target.number, id)) ?? id
    }
    return translated
  }
}
