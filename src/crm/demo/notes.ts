/**
 * Notes: texts, relations and visibility rows that follow the records of the demo world.
 */

import type { User } from './household.ts'
import { type Output, STAMPS, sheet, stamp } from './output.ts'
import type { World } from './world.ts'

/** Classic text types. */
export const TEXT_TYPE = { contact: 1, person: 2, appointment: 4, project: 6, sale: 7 } as const
/** Classic table numbers. */
export const TABLE = { contact: 5, person: 6, appointment: 9, sale: 13 } as const

const TEXT = sheet('text', `text_id type owner_id ${STAMPS} text seqno`)
const RELATION = sheet(
  'relations',
  `relation_id reldef_id source_table source_record destination_table destination_record relcomment ${STAMPS} associateid`,
)
const VISIBLE = sheet(
  'visiblefor',
  `visiblefor_id tableid recordid forall forgroupid forassocid appointmentid saleid ${STAMPS}`,
)
/** Relation definitions are not in the model: their ids are plain numbers. */
const DEFINITIONS = [1, 2, 3, 4]

/** @returns its id, for the pointer in the owner's record */
export function addText(
  out: Output,
  type: number,
  owner: number,
  text: string,
  when: string,
  who: number,
): number {
  const id = out.id(TEXT)
  out.add(TEXT, [id, type, owner, ...stamp(when, who), text, 0])
  return id
}

/** Most records are for everyone, some for the owner's group, a few for the owner only. */
export function addVisibility(
  { out, random }: World,
  table: typeof TABLE.appointment | typeof TABLE.sale,
  record: number,
  owner: User,
  when: string,
): void {
  const draw = random.next()
  const [all, group, one] = draw < 0.9 ? [1, 0, 0] : draw < 0.97 ? [0, owner.group, 0] : [0, 0, owner.id]
  const shortcut = table === TABLE.appointment ? [record, null] : [null, record]
  const row = [out.id(VISIBLE), table, record, all!, group!, one!, ...shortcut]
  out.add(VISIBLE, [...row, ...stamp(when, owner.id)])
}

export function addRelation(
  { out, random }: World,
  table: typeof TABLE.contact | typeof TABLE.person,
  from: number,
  to: number,
  comment: string,
  when: string,
  who: number,
): void {
  const row = [out.id(RELATION), random.pick(DEFINITIONS), table, from, table, to, comment]
  out.add(RELATION, [...row, ...stamp(when, who), who])
}
