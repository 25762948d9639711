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

const TEXT = sheet('text', ['text_id', 'type', 'owner_id', 'text', 'seqno', ...STAMPS])
const RELATION = sheet('relations', [
  'relation_id',
  'reldef_id',
  'source_table',
  'source_record',
  'destination_table',
  'destination_record',
  'relcomment',
  'associateid',
  ...STAMPS,
])
const VISIBLE = sheet('visiblefor', [
  'visiblefor_id',
  'tableid',
  'recordid',
  'forall',
  'forgroupid',
  'forassocid',
  'appointmentid',
  'saleid',
  ...STAMPS,
])
/** Relation definitions are not in the model: their ids are plain numbers. */
const DEFINITIONS = [1, 2, 3, 4]

/** @returns its id, for the pointer in the owner's record */
export function addText(
  out: Output,
  type: number,
  owner_id: number,
  text: string,
  when: string,
  who: number,
): number {
  const text_id = out.id(TEXT)
  out.add(TEXT, { text_id, type, owner_id, text, seqno: 0, ...stamp(when, who) })
  return text_id
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
  out.add(VISIBLE, {
    visiblefor_id: out.id(VISIBLE),
    tableid: table,
    recordid: record,
    forall: draw < 0.9 ? 1 : 0,
    forgroupid: draw >= 0.9 && draw < 0.97 ? owner.group : 0,
    forassocid: draw >= 0.97 ? owner.id : 0,
    appointmentid: table === TABLE.appointment ? record : null,
    saleid: table === TABLE.sale ? record : null,
    ...stamp(when, owner.id),
  })
}

export function addRelation(
  { out, random }: World,
  table: typeof TABLE.contact | typeof TABLE.person,
  from: number,
  to: number,
  when: string,
  who: number,
): void {
  out.add(RELATION, {
    relation_id: out.id(RELATION),
    reldef_id: random.pick(DEFINITIONS),
    source_table: table,
    source_record: from,
    destination_table: table,
    destination_record: to,
    relcomment: '',
    associateid: who,
    ...stamp(when, who),
  })
}
