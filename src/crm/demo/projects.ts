/**
 * Projects of the demo world and their members, who come from any company.
 */
import { anyDay, atMostToday, isPast, moment } from './calendar.ts'
import { COUNT } from './lists.ts'
import { addText, TEXT_TYPE } from './notes.ts'
import { STAMPS, sheet, stamp } from './output.ts'
import { type Company, doer, type Person, type World } from './world.ts'

const PROJECT = sheet('project', [
  'project_id',
  'name',
  'project_number',
  'type_idx',
  'status_idx',
  'associate_id',
  'text_id',
  'group_id',
  'done',
  'enddate',
  ...STAMPS,
])
const MEMBER = sheet('projectmember', [
  'projectmember_id',
  'project_id',
  'contact_id',
  'person_id',
  'rank',
  'mtype_idx',
  ...STAMPS,
])

export function addProjects(world: World, company: Company): void {
  const count = world.rates.projects(company.size)
  for (let index = 0; index < count; index++) addProject(world, company)
}

function addProject(world: World, company: Company): void {
  const { out, random } = world
  const { words } = company
  const id = out.id(PROJECT)
  const owner = doer(world, company)
  const day = anyDay(random)
  const when = moment(atMostToday(day), random)
  out.add(PROJECT, {
    project_id: id,
    name: `${random.pick(words.projects)} ${random.pick(words.cities)}`,
    project_number: `P-${10_000 + id}`,
    type_idx: random.between(1, COUNT.projtype),
    status_idx: random.between(1, COUNT.projstatus),
    associate_id: owner.id,
    text_id: random.chance(0.5)
      ? addText(out, TEXT_TYPE.project, id, random.pick(words.sentences), when, owner.id)
      : null,
    group_id: owner.group,
    done: isPast(day) ? 1 : 0,
    enddate: moment(day, random),
    ...stamp(when, owner.id),
  })
  addMembers(world, id, owner.id, when)
  world.projects.add(id)
}

/** A person is a member once. */
function addMembers({ out, random, persons }: World, project: number, who: number, when: string): void {
  const members = new Map<number, Person>()
  for (let wanted = random.between(2, 6); wanted > 0; wanted--) {
    const person = persons.draw(random)
    if (person) members.set(person.id, person)
  }
  let rank = 0
  for (const { id, company } of members.values()) {
    out.add(MEMBER, {
      projectmember_id: out.id(MEMBER),
      project_id: project,
      contact_id: company,
      person_id: id,
      rank: ++rank,
      mtype_idx: random.between(1, COUNT.pmembtype),
      ...stamp(when, who),
    })
  }
}
