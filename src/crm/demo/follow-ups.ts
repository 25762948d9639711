/**
 * Follow-ups of a company: appointments, and documents, each with the appointment it belongs to.
 */
import { NO_DATE } from '../fields.ts'
import { anyDay, atMostToday, isPast, moment } from './calendar.ts'
import type { User } from './household.ts'
import { COUNT, DOCUMENT_TASK } from './lists.ts'
import { addText, addVisibility, TABLE, TEXT_TYPE } from './notes.ts'
import { STAMPS, sheet, stamp } from './output.ts'
import { type Company, doer, type World } from './world.ts'

const APPOINTMENT = sheet('appointment', [
  'appointment_id',
  'contact_id',
  'person_id',
  'associate_id',
  'group_idx',
  'done',
  'do_by',
  'leadtime',
  'task_idx',
  'priority_idx',
  'type',
  'status',
  'private',
  'text_id',
  'project_id',
  'document_id',
  'activedate',
  'enddate',
  'userdef_id',
  'location',
  'hasalarm',
  'sale_id',
  ...STAMPS,
])
const DOCUMENT = sheet('document', [
  'document_id',
  'application_id',
  'name',
  'header',
  'our_ref',
  'appointment_id',
  'snum',
  'contentsetcount',
  ...STAMPS,
])
const SMALL = sheet('udappntsmall', ['udappntsmall_id', 'long01', 'string01'])

const IN_DIARY = 1
const IN_CHECKLIST = 2
const IS_DOCUMENT = 4
const NOT_STARTED = 1
const COMPLETED = 3
const SHARE_OF_DOCUMENTS = 0.12

/** What the follow-ups of a company may be about. */
interface Subjects {
  readonly persons: readonly number[]
  readonly sales: readonly number[]
}

export function addFollowUps(world: World, company: Company, subjects: Subjects): void {
  const count = world.rates.followUps(company.size)
  for (let index = 0; index < count; index++) addFollowUp(world, company, subjects)
}

function addFollowUp(world: World, company: Company, subjects: Subjects): void {
  const { out, random } = world
  const id = out.id(APPOINTMENT)
  const owner = doer(world, company)
  const day = anyDay(random)
  const when = moment(atMostToday(day), random)
  const document = random.chance(SHARE_OF_DOCUMENTS) ? addDocument(world, company, id, owner, when) : null
  out.add(APPOINTMENT, {
    appointment_id: id,
    associate_id: owner.id,
    group_idx: owner.group,
    ...kind(world, document),
    ...schedule(world, day),
    ...about(world, company, subjects),
    text_id: random.chance(0.3)
      ? addText(out, TEXT_TYPE.appointment, id, textOf(world, company), when, owner.id)
      : null,
    userdef_id: random.chance(0.02) ? addSmall(world) : null,
    ...stamp(when, owner.id),
  })
  addVisibility(world, TABLE.appointment, id, owner, when)
}

const kind = ({ random }: World, document: number | null) => ({
  document_id: document,
  type: document === null ? random.pick([IN_DIARY, IN_CHECKLIST]) : IS_DOCUMENT,
  task_idx: document === null ? random.between(1, COUNT.task - 1) : DOCUMENT_TASK,
  priority_idx: random.between(1, COUNT.priority),
  private: 0,
  hasalarm: random.chance(0.1) ? 1 : 0,
})

function schedule({ random }: World, day: number) {
  const planned = moment(day, random)
  const done = isPast(day) && random.chance(0.85)
  return {
    done: done ? planned : NO_DATE,
    status: done ? COMPLETED : NOT_STARTED,
    do_by: planned,
    activedate: planned,
    enddate: planned,
    leadtime: random.pick([15, 30, 60, 90]),
  }
}

const about = ({ random, projects }: World, { id, words }: Company, { persons, sales }: Subjects) => ({
  contact_id: id,
  person_id: persons.length > 0 ? random.pick(persons) : null,
  project_id: random.chance(0.15) ? (projects.draw(random) ?? null) : null,
  sale_id: sales.length > 0 && random.chance(0.2) ? random.pick(sales) : null,
  location: random.chance(0.3) ? random.pick(words.cities) : '',
})

function textOf({ random }: World, { words }: Company): string {
  const phrase = random.pick(words.followUps)
  return random.chance(0.5) ? `${phrase}. ${random.pick(words.sentences)}` : phrase
}

function addDocument(
  { out, random }: World,
  { words }: Company,
  appointment_id: number,
  owner: User,
  when: string,
): number {
  const document_id = out.id(DOCUMENT)
  out.add(DOCUMENT, {
    document_id,
    application_id: 1,
    name: `letter-${document_id}.docx`,
    header: random.pick(words.followUps),
    our_ref: `${owner.login}/${document_id}`,
    appointment_id,
    snum: document_id,
    contentsetcount: 1,
    ...stamp(when, owner.id),
  })
  return document_id
}

function addSmall({ out, random }: World): number {
  const udappntsmall_id = out.id(SMALL)
  const string01 = random.pick(['phone', 'video', 'on site'])
  out.add(SMALL, { udappntsmall_id, long01: random.between(1, 5), string01 })
  return udappntsmall_id
}
