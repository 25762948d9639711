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

const APPOINTMENT = sheet(
  'appointment',
  `appointment_id contact_id person_id associate_id group_idx registered registered_associate_id done do_by leadtime
   task_idx priority_idx type status private text_id project_id document_id activedate enddate userdef_id
   updated updated_associate_id updatedcount location hasalarm sale_id`,
)
const DOCUMENT = sheet(
  'document',
  `document_id application_id name header our_ref appointment_id ${STAMPS} snum contentsetcount`,
)
const SMALL = sheet('udappntsmall', 'udappntsmall_id long01 string01')

const IN_DIARY = 1
const IN_CHECKLIST = 2
const IS_DOCUMENT = 4
const NOT_STARTED = 1
const COMPLETED = 3
const SHARE_OF_DOCUMENTS = 0.12

export function addFollowUps(
  world: World,
  company: Company,
  persons: readonly number[],
  sales: readonly number[],
): void {
  const count = world.rates.followUps(company.size)
  for (let index = 0; index < count; index++) addFollowUp(world, company, persons, sales)
}

function addFollowUp(
  world: World,
  company: Company,
  persons: readonly number[],
  sales: readonly number[],
): void {
  const { out, random } = world
  const { words } = company
  const id = out.id(APPOINTMENT)
  const owner = doer(world, company)
  const day = anyDay(random)
  const [when, planned] = [moment(atMostToday(day), random), moment(day, random)]
  const document = random.chance(SHARE_OF_DOCUMENTS) ? addDocument(world, company, id, owner, when) : null
  const done = isPast(day) && random.chance(0.85)
  const text = random.chance(0.3) ? textOf(world, company) : undefined
  out.add(APPOINTMENT, [
    id,
    company.id,
    persons.length > 0 ? random.pick(persons) : null,
    owner.id,
    owner.group,
    when,
    owner.id,
    done ? planned : NO_DATE,
    planned,
    random.pick([15, 30, 60, 90]),
    document === null ? random.between(1, COUNT.task! - 1) : DOCUMENT_TASK,
    random.between(1, COUNT.priority!),
    document === null ? random.pick([IN_DIARY, IN_CHECKLIST]) : IS_DOCUMENT,
    done ? COMPLETED : NOT_STARTED,
    0,
    text === undefined ? null : addText(out, TEXT_TYPE.appointment, id, text, when, owner.id),
    random.chance(0.15) ? (world.projects.draw(random) ?? null) : null,
    document,
    planned,
    planned,
    random.chance(0.02) ? addSmall(world) : null,
    when,
    owner.id,
    0,
    random.chance(0.3) ? random.pick(words.cities) : '',
    random.chance(0.1) ? 1 : 0,
    sales.length > 0 && random.chance(0.2) ? random.pick(sales) : null,
  ])
  addVisibility(world, TABLE.appointment, id, owner, when)
}

function textOf({ random }: World, { words }: Company): string {
  const phrase = random.pick(words.followUps)
  return random.chance(0.5) ? `${phrase}. ${random.pick(words.sentences)}` : phrase
}

function addDocument(world: World, company: Company, appointment: number, owner: User, when: string): number {
  const { out, random } = world
  const id = out.id(DOCUMENT)
  const header = random.pick(company.words.followUps)
  const row = [id, 1, `letter-${id}.docx`, header, `${owner.login}/${id}`, appointment]
  out.add(DOCUMENT, [...row, ...stamp(when, owner.id), id, 1])
  return id
}

function addSmall({ out, random }: World): number {
  const id = out.id(SMALL)
  out.add(SMALL, [id, random.between(1, 5), random.pick(['phone', 'video', 'on site'])])
  return id
}
