/**
 * Sentence: why a record is or is not in an area, in one sentence for people.
 * Words:  tables, fields and people are called as the dictionary and the database call them; nothing else is known.
 */
import type { LoadedDictionary } from '../dictionary/loaded.ts'
import type { MembershipRule, Table } from '../dictionary/model.ts'
import { AREA_INCLUSION_TABLE } from '../dictionary/travel-tables.ts'
import { LOG, logTypeName } from '../log/types.ts'
import type { LogChange } from './log-change.ts'
import type { Lack, Membership, Reason } from './reasons.ts'
import type { Since } from './since.ts'

export interface Told {
  readonly area: string
  readonly membership: Membership
  readonly since: Since | undefined
  /** People who are away with the area and made the record themselves. */
  readonly madeBy: readonly string[]
  /** Of the area, in days. */
  readonly maxDataAge: number
  /** So that a new copy leaves it out. */
  readonly tooOld: boolean
  /** False: hc_member says otherwise. */
  readonly journalAgrees: boolean
}

export function sentenceOf(dictionary: LoadedDictionary, told: Told): string {
  const { membership, area } = told
  const words = new Words(dictionary)
  const there = membership.because.length > 0
  const first = `${named(membership)} is ${there ? '' : 'not '}in area ${area}`
  const why = there ? ` because ${words.because(membership)}` : `: ${words.but(membership)}`
  const rest = [
    words.since(told),
    ...told.madeBy.map(
      name => `${there ? 'and' : 'but'} ${name}, who made it away, keeps it until homecoming`,
    ),
    told.tooOld ? `but it is older than ${told.maxDataAge} days, so new copies leave it out` : '',
    told.journalAgrees ? '' : 'but the journal of areas says otherwise',
  ]
  return [first + why, ...rest.filter(part => part !== '')].join(', ')
}

const named = ({ table, record }: { table: string; record: number }): string => `${table} ${record}`

/** Below the record asked about, only what it has is worth a word. */
const hasSomething = (lack: Lack): boolean =>
  lack.rule === 'stays' ||
  (lack.rule === 'owner' && lack.associate !== undefined && lack.follows === undefined) ||
  lack.rule === 'user' ||
  ((lack.rule === 'parent' || lack.rule === 'reverse') && lack.of !== undefined) ||
  lack.rule === 'ends'

class Words {
  readonly #dictionary: LoadedDictionary

  constructor(dictionary: LoadedDictionary) {
    this.#dictionary = dictionary
  }

  because = (at: Membership): string =>
    at.because.map(reason => this.#holds('it', at, reason)).join(', and because ')

  /** @param subject "it", "which", or a record */
  #holds(subject: string, at: Membership, reason: Reason): string {
    switch (reason.rule) {
      case 'everything':
        return 'that area is of everything'
      case 'everywhere':
        return `every ${at.table} is in every area`
      case 'owner':
        return this.#owned(subject, at, reason.field, reason.associate.name)
      case 'user':
        if (!reason.associate) return `${subject} names no user`
        return `${subject} is for ${reason.associate.name}, who is ${reason.assigned ? 'assigned to' : 'included in'} it`
      case 'parent':
        return this.#followed(subject, reason.of)
      case 'ends':
        return reason.ends.map(({ of }) => this.#followed(subject, of)).join(', and ')
      case 'reverse':
        return `${subject} is the ${reason.field} of ${this.#which(reason.of)}`
      case 'listed':
        return `${subject} is listed in ${reason.table}`
      default:
        throw reason satisfies never
    }
  }

  #followed(subject: string, of: Membership): string {
    const [first] = of.because
    if (subject === 'it' && first) return this.#holds(`its ${named(of)}`, of, first)
    return `${subject} has ${this.#which(of)}`
  }

  #which(of: Membership): string {
    const [first] = of.because
    return first ? `${named(of)}, ${this.#holds('which', of, first)}` : named(of)
  }

  #owned(subject: string, at: Membership, field: string, name: string): string {
    return this.#ownerRules(at.table).length > 1
      ? `${subject} has ${name} as ${wordOf(field)}`
      : `${subject} is owned by ${name}`
  }

  but(at: Membership): string {
    if (!at.exists) return 'there is no such record'
    const said = at.but.filter(lack => !(lack.rule === 'owner' && lack.follows !== undefined))
    return said.map(lack => this.#lacks(at, lack)).join(', ')
  }

  #lacks(at: Membership, lack: Lack): string {
    switch (lack.rule) {
      case 'stays':
        return `no ${at.table} leaves this database`
      case 'owner':
        return lack.associate
          ? `its ${this.#ownerWord(at.table, lack.field)} ${lack.associate.name} is not included`
          : `it has no ${this.#ownerWord(at.table, lack.field)}`
      case 'user':
        return `it is for ${lack.associate.name}, who is neither included nor assigned`
      case 'parent':
        return lack.of ? this.#parentLacks(lack.of) : `it has no ${this.#target(at.table, lack.field)}`
      case 'ends':
        return lack.ends
          .map(end => (end.of ? this.#parentLacks(end.of) : `it has no ${this.#target(at.table, end.field)}`))
          .join(', ')
      case 'reverse':
        return lack.of
          ? `it is the ${lack.field} of ${named(lack.of)}${this.#lacking(lack.of, ', which')}`
          : `it is the ${lack.field} of no ${lack.table}`
      case 'listed':
        return `it is not listed in ${lack.table}`
      default:
        throw lack satisfies never
    }
  }

  #parentLacks = (of: Membership): string => `its ${named(of)}${this.#lacking(of, '')}`

  /** Of a record that is followed: " is owned by BB", or all that it lacks, in brackets. */
  #lacking(of: Membership, which: string): string {
    if (!of.exists) return `${which} does not exist`
    const all = of.but.filter(hasSomething)
    const [first, ...more] = all.length > 0 ? all : of.but
    if (!first) return `${which} is not in it`
    if (first.rule === 'owner' && first.associate && more.length === 0)
      return this.#owned(which, of, first.field, first.associate.name)
    return `${which} is not in it (${[first, ...more].map(lack => this.#lacks(of, lack)).join(', ')})`
  }

  #ownerRules = (table: string): MembershipRule[] =>
    (this.#dictionary.table(table).membership ?? []).filter(rule => rule.kind === 'owner')

  #ownerWord = (table: string, field: string): string =>
    this.#ownerRules(table).length > 1 ? wordOf(field) : 'owner'

  /** What a field points at: the table where there is one only, else as the field is called. */
  #target(name: string, field: string): string {
    const table = this.#dictionary.table(name)
    const reference = table.fields[this.#dictionary.fieldIndex(table, field)]!.references
    return reference?.kind === 'plain' ? reference.table : wordOf(field)
  }

  since({ membership, since }: Told): string {
    const there = membership.because.length > 0
    if (!since) return there && hasJournal(membership) ? 'since before its prototypes' : ''
    const change = since.change ? `, when ${this.#did(membership, since.change)}` : ''
    return `since log position ${since.position}${change}`
  }

  #did(at: Membership, change: LogChange): string {
    const own = change.table === at.table && change.record === at.record
    const what = own ? 'it' : named(change)
    return `${change.who.name} ${this.#done(change, what)}`
  }

  #done(change: LogChange, what: string): string {
    const { person } = change
    if (person) return `${ofPeople(change)} ${person.name}`
    switch (change.type) {
      case logTypeName(LOG.insert):
        return `created ${what}`
      case logTypeName(LOG.delete):
        return `deleted ${what}`
      case logTypeName(LOG.updateOwner):
        return changed('owner', what)
      case logTypeName(LOG.updateContact):
      case logTypeName(LOG.oldUpdateContact):
        return changed(this.#roleWord(change.table, 'contact'), what)
      case logTypeName(LOG.updateProject):
      case logTypeName(LOG.oldUpdateProject):
        return changed(this.#roleWord(change.table, 'project'), what)
      default:
        return `changed ${what}`
    }
  }

  #roleWord(name: string, role: 'contact' | 'project'): string {
    const table: Table | undefined = this.#dictionary.find(name)
    const field = table?.fields.find(each => each.role === role)
    return field ? this.#target(name, field.name) : role
  }
}

const changed = (field: string, what: string): string =>
  what === 'it' ? `changed its ${field}` : `changed the ${field} of ${what}`

/** What was done to a person of the area. */
function ofPeople({ type, table }: LogChange): string {
  if (type === logTypeName(LOG.deleteAreaUserInclusion)) return 'excluded'
  if (type === logTypeName(LOG.deleteAreaUserAssignment)) return 'unassigned'
  return table === AREA_INCLUSION_TABLE ? 'included' : 'assigned'
}

/** `captain_id` -> "captain" */
const wordOf = (field: string): string => field.replace(/_?id$/i, '') || field

const hasJournal = ({ because }: Membership): boolean =>
  because.every(({ rule }) => rule !== 'everything' && rule !== 'everywhere')
