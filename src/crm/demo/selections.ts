/**
 * Selections: lists of companies that people keep for themselves. They do not travel.
 */
import { FOUNDED } from './calendar.ts'
import type { User } from './household.ts'
import { type Output, STAMPS, sheet, stamp } from './output.ts'

const SELECTION = sheet('selection', [
  'selection_id',
  'associate_id',
  'group_idx',
  'name',
  'targettablenumber',
  ...STAMPS,
])
const MEMBER = sheet('selectionmember', [
  'selectionmember_id',
  'selection_id',
  'contact_id',
  'targettablenumber',
  'targetrecordid',
])

const CONTACTS = 5
/** Even the smallest world has so many companies. */
const MEMBERS = 5

export function addSelections(out: Output, users: readonly User[]): void {
  for (const user of users.slice(0, 3)) {
    const selection_id = out.id(SELECTION)
    const name = `Customers of ${user.login}`
    const owner = { associate_id: user.id, group_idx: user.group }
    out.add(SELECTION, {
      selection_id,
      name,
      targettablenumber: CONTACTS,
      ...owner,
      ...stamp(FOUNDED, user.id),
    })
    for (let contact = 1; contact <= MEMBERS; contact++) addMember(out, selection_id, contact)
  }
}

function addMember(out: Output, selection_id: number, contact_id: number): void {
  const target = { targettablenumber: CONTACTS, targetrecordid: contact_id }
  out.add(MEMBER, { selectionmember_id: out.id(MEMBER), selection_id, contact_id, ...target })
}
