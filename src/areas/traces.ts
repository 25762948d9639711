/**
 * Traces: the log rows that a record's way into an area, or out of it, may have left.
 * Shape:  each step of a path -> the record it is about and the types that may tell of it.
 * Never:  reads the log: see since.ts.
 */
import { sql } from 'kysely'
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import { AREA_ASSIGNMENT_TABLE, AREA_INCLUSION_TABLE } from '../dictionary/travel-tables.ts'
import { LOG } from '../log/types.ts'
import type { Reading } from '../storage/contract.ts'
import type { Lack, Leader, Membership, Reason } from './reasons.ts'
import { keyName } from './rules.ts'

/** `sure`: a row of these types is about nothing else. */
export interface Trace {
  readonly table: number
  readonly record: number
  readonly types: readonly number[]
  readonly sure: boolean
}

const BORN = [LOG.insert]
const GONE = [LOG.delete]
const SAVED = [LOG.insert, LOG.update]

/** How the log tells of a changed field, by its role; of others it says only that the record was updated. */
const TELLING = {
  owner: [LOG.updateOwner],
  contact: [LOG.updateContact, LOG.oldUpdateContact],
  project: [LOG.updateProject, LOG.oldUpdateProject],
} as const

export class Traces {
  readonly #dictionary: LoadedDictionary
  readonly #read: Reading
  readonly #area: number

  constructor(dictionary: LoadedDictionary, read: Reading, area: number) {
    this.#dictionary = dictionary
    this.#read = read
    this.#area = area
  }

  /** Of the path of one rule that holds, up to where it begins. */
  async entering(at: Membership, reason: Reason): Promise<Trace[]> {
    const born = this.#about(at.table, at.record, BORN)
    switch (reason.rule) {
      case 'everything':
      case 'everywhere':
        return [born]
      case 'owner':
        return [
          born,
          this.#changed(at, reason.field),
          ...(await this.#links(AREA_INCLUSION_TABLE, reason.associate.id)),
        ]
      case 'user':
        return [born, this.#changed(at, reason.field), ...(await this.#userLinks(reason))]
      case 'parent':
        return [born, ...(await this.#following(at, reason))]
      case 'ends':
        return [born, ...(await this.#all(reason.ends.map(end => this.#following(at, end))))]
      case 'reverse':
        return [born, this.#changed(reason.of, reason.field), ...(await this.#whole(reason.of))]
      case 'listed':
        return [born, this.#about(reason.table, reason.record, SAVED)]
      default:
        throw reason satisfies never
    }
  }

  /** Whatever may have taken the record, or one that it follows, out of the area. */
  async leaving(at: Membership): Promise<Trace[]> {
    const area = [AREA_INCLUSION_TABLE, AREA_ASSIGNMENT_TABLE].map(link =>
      this.#about(link, this.#area, [LOG.deleteAreaUserInclusion, LOG.deleteAreaUserAssignment]),
    )
    return [...area, ...this.#losing(at)]
  }

  #losing(at: Membership): Trace[] {
    if (!at.exists) return [this.#about(at.table, at.record, GONE)]
    return at.but.flatMap(lack => this.#lacking(at, lack))
  }

  #lacking(at: Membership, lack: Lack): Trace[] {
    switch (lack.rule) {
      case 'stays':
      case 'listed':
        return []
      case 'owner':
      case 'user':
        return [this.#changed(at, lack.field)]
      case 'parent':
        return [this.#changed(at, lack.field), ...(lack.of ? this.#losing(lack.of) : [])]
      case 'ends':
        return lack.ends.flatMap(end => [
          this.#changed(at, end.field),
          ...(end.of ? this.#losing(end.of) : []),
        ])
      case 'reverse':
        return lack.of ? [this.#changed(lack.of, lack.field), ...this.#losing(lack.of)] : []
      default:
        throw lack satisfies never
    }
  }

  async #following(at: Membership, { field, of }: Leader): Promise<Trace[]> {
    return [this.#changed(at, field), ...(await this.#whole(of))]
  }

  /** The record that is followed: by the first of the rules that hold for it. */
  async #whole(of: Membership): Promise<Trace[]> {
    const [first] = of.because
    return first ? this.entering(of, first) : []
  }

  async #all(traces: readonly Promise<Trace[]>[]): Promise<Trace[]> {
    return (await Promise.all(traces)).flat()
  }

  /** A record that names nobody is for all. */
  async #userLinks({ associate, assigned }: Extract<Reason, { rule: 'user' }>): Promise<Trace[]> {
    if (!associate) return []
    return this.#links(assigned ? AREA_ASSIGNMENT_TABLE : AREA_INCLUSION_TABLE, associate.id)
  }

  /** The rows that include an associate in the area, or assign them. */
  async #links(name: string, associate: number): Promise<Trace[]> {
    const key = sql.ref(keyName(this.#dictionary.table(name)))
    const rows = await this.#read.rows(
      sql<{ id: number }>`select ${key} as id from ${sql.table(name)}
        where area_id = ${this.#area} and associate_id = ${associate}`,
    )
    return rows.map(({ id }) => this.#about(name, id, SAVED))
  }

  #changed({ table: name, record }: Membership, field: string): Trace {
    const table = this.#dictionary.table(name)
    const role = table.fields[this.#dictionary.fieldIndex(table, field)]!.role
    return role
      ? this.#about(name, record, TELLING[role])
      : { ...this.#about(name, record, [LOG.update]), sure: false }
  }

  #about = (name: string, record: number, types: readonly number[]): Trace => ({
    table: this.#dictionary.table(name).number,
    record,
    types,
    sure: true,
  })
}
