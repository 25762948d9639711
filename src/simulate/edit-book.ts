/**
 * Edit book: what everybody really did, kept by the simulator and by nobody else.
 * Role:   who changed which record where and when; how many edits each packet stands for.
 */
import type { Place } from './place.ts'

export interface Edit {
  /** Of the database in which it was made. */
  readonly tag: string
  readonly table: string
  /** In that database's ids. */
  readonly record: number
  readonly associate: number
  /** By that machine's clock. */
  readonly time: number
  readonly kind: 'insert' | 'update' | 'delete'
  /** A deletion was taken back: the record had been there before. */
  readonly again?: true
}

/** What one journey, or a satellite, has edited. */
interface Account {
  /** Records changed since the last packet; those that were made and deleted since need not be told to anybody soon. */
  readonly unsent: Map<string, { readonly born: boolean; readonly deleted: boolean }>
  /** Edits that its packets stand for. */
  sent: number
  /** The number of its last packet that was looked at. */
  packet: number
}

export class EditBook {
  readonly edits: Edit[] = []
  /** Journeys on which the clock was wrong at some time: their times are corrected, within bounds. */
  readonly wrongClocks = new Set<string>()
  /** Journeys of which a copy was put back, or cloned: what they made is known only in part. */
  readonly restored = new Set<string>()
  readonly restoredPeople = new Set<number>()
  /** Made between a copy of a parent and its loss: whoever has them tells them again. */
  readonly retold = new Set<Edit>()
  /** Who works where a copy was put back: what comes back of theirs meets what they have done since. */
  readonly setBack = new Set<number>()
  /** Parents that were put back. */
  readonly putBack = new Set<string>()
  /** Journeys from a parent that was put back: they have sent again what it had forgotten, as fewer edits. */
  readonly toldAgain = new Set<string>()
  /** Journeys with a prototype that was built after a copy that was put back: its changes have no versions there. */
  readonly beyond = new Set<string>()
  /** Journeys that were written off. */
  readonly lost = new Set<string>()
  readonly #accounts = new Map<string, Account>()

  note(place: Place, edit: Omit<Edit, 'tag' | 'time'>): void {
    const { tag } = place.site!.identity
    this.edits.push({ ...edit, tag, time: place.clock.now() })
    if (place.clock.wrong) this.wrongClocks.add(tag)
    const { unsent } = this.account(tag)
    const name = `${edit.table} ${edit.record}`
    const born = unsent.get(name)?.born ?? (edit.kind === 'insert' && !edit.again)
    unsent.set(name, { born, deleted: edit.kind === 'delete' })
  }

  account(tag: string): Account {
    const known = this.#accounts.get(tag)
    if (known) return known
    const account = { unsent: new Map(), sent: 0, packet: 0 }
    this.#accounts.set(tag, account)
    return account
  }

  /** What the parent has to hear of, and has not. */
  owed(tag: string): string[] {
    return [...this.account(tag).unsent]
      .filter(([, { born, deleted }]) => !(born && deleted))
      .map(([name]) => name)
  }

  /** @param packet the highest number that this database has given to a packet with content */
  sealed(tag: string, packet: number): void {
    const account = this.account(tag)
    if (packet <= account.packet) return
    account.packet = packet
    account.sent += account.unsent.size
    account.unsent.clear()
  }
}
