/** Look: questions about one open database, each in its own snapshot. */
import type { Site } from '../log/site.ts'
import { requireParent } from '../travel/activate.ts'
import { type Conflict, type ConflictFilter, listConflicts } from '../travel/conflicts.ts'
import { type HeldEdit, listHeld } from '../travel/held.ts'
import { type LogEntry, type LogFilter, listLog } from '../travel/history.ts'
import { type InboxFilter, listInbox, type Message, markMessages } from '../travel/inbox.ts'
import { requireOwnOffice } from '../travel/office.ts'
import { findPerson, listPeople, type Person, setTravelRight } from '../travel/people.ts'
import { listReceipts, type Receipt } from '../travel/receipts.ts'

export const associates = (site: Site): Promise<Person[]> => site.db.snapshot(read => listPeople(site, read))

/** @param who id or login name. @throws {HomecomingError} ASSOCIATE_UNKNOWN */
export const findAssociate = (site: Site, who: string | number): Promise<{ id: number; name: string }> =>
  site.db.snapshot(read => findPerson(site, read, who))

/** Where they work: elsewhere it lets nobody leave. @throws {HomecomingError} ASSOCIATE_UNKNOWN, PERSON_ELSEWHERE, CHILD_CLOSED, NOT_A_PARENT */
export async function grantTravel(site: Site, who: string | number): Promise<void> {
  requireParent(site)
  await site.db.change(async write => {
    await setTravelRight(site, write, who, true)
    await requireOwnOffice(site, write, await findPerson(site, write, who))
  })
}

export const revokeTravel = (site: Site, who: string | number): Promise<void> =>
  site.db.change(write => setTravelRight(site, write, who, false))

/** The newest rows of the log, decoded. */
export const log = (site: Site, filter: LogFilter = {}): Promise<LogEntry[]> =>
  site.db.snapshot(read => listLog(site, read, filter))

/** @param who only what this person lost */
export const conflicts = (
  site: Site,
  filter: Omit<ConflictFilter, 'associate'> & { readonly who?: string | number } = {},
): Promise<Conflict[]> =>
  site.db.snapshot(async read => {
    const { who, ...rest } = filter
    if (who === undefined) return listConflicts(site, read, rest)
    return listConflicts(site, read, { ...rest, associate: (await findPerson(site, read, who)).id })
  })

/** What waits for a decision at a parent. */
export const held = (site: Site): Promise<HeldEdit[]> => site.db.snapshot(read => listHeld(site, read))

/** What became of the edits, packet by packet: at a child of its own, at a parent of everybody's. */
export const receipts = (site: Site): Promise<Receipt[]> => site.db.snapshot(listReceipts)

/** What became of people's edits after they were made; unread messages, or all. @param who for this person only */
export const inbox = (
  site: Site,
  filter: Omit<InboxFilter, 'associate'> & { readonly who?: string | number } = {},
): Promise<Message[]> =>
  site.db.snapshot(async read => {
    const { who, ...rest } = filter
    if (who === undefined) return listInbox(site, read, rest)
    return listInbox(site, read, { ...rest, associate: (await findPerson(site, read, who)).id })
  })

/** Marks messages as read; away, the office hears of it with the next packet. @returns how many were unread */
export const markRead = (site: Site, ids: readonly number[]): Promise<number> =>
  site.db.change(write => markMessages(site, write, ids))
