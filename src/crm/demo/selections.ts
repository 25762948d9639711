/**
 * Selections: lists of companies that people keep for themselves. They do not travel.
 */
import { FOUNDED } from './calendar.ts'
import type { User } from './household.ts'
import { type Output, STAMPS, sheet, stamp } from './output.ts'

const SELECTION = sheet('selection', `selection_id associate_id group_idx name ${STAMPS} targettablenumber`)
const MEMBER = sheet(
  'selectionmember',
  'selectionmember_id selection_id contact_id targettablenumber targetrecordid',
)

const CONTACTS = 5
/** Even the smallest world has so many companies. */
const MEMBERS = 5

export function addSelections(out: Output, users: readonly User[]): void {
  for (const user of users.slice(0, 3)) {
    const id = out.id(SELECTION)
    out.add(SELECTION, [
      id,
      user.id,
      user.group,
      `Customers of ${user.login}`,
      ...stamp(FOUNDED, user.id),
      CONTACTS,
    ])
    for (let contact = 1; contact <= MEMBERS; contact++) {
      out.add(MEMBER, [out.id(MEMBER), id, contact, CONTACTS, contact])
    }
  }
}
