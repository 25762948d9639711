/**
 * Persons of a company, with phones, e-mail addresses, interests and user-defined rows.
 */
import { moment, pastDay } from './calendar.ts'
import { COUNT } from './lists.ts'
import { addRelation, addText, TABLE, TEXT_TYPE } from './notes.ts'
import { STAMPS, sheet, stamp } from './output.ts'
import { ADDRESS_TYPE, addAddress, addEmail, addPhone, PHONE_TYPE } from './reach.ts'
import { slug } from './words.ts'
import type { Company, World } from './world.ts'

const PERSON = sheet('person', [
  'person_id',
  'contact_id',
  'rank',
  'lastname',
  'firstname',
  'title',
  'text_id',
  'position_idx',
  'userdef_id',
  'person_number',
  'country_id',
  'activeinterests',
  'associate_id',
  'group_id',
  ...STAMPS,
])
const INTEREST = sheet('personinterest', ['personinterest_id', 'person_id', 'pinterest_idx', ...STAMPS])
const SMALL = sheet('udpersonsmall', ['udpersonsmall_id', 'long01', 'string01'])
const LANGUAGES = ['norsk', 'English', 'Deutsch', '日本語', 'Ελληνικά']

/** @returns the ids of the persons, for follow-ups and sales of the company */
export function addPersons(world: World, company: Company): readonly number[] {
  const count = world.rates.persons(company.size)
  return Array.from({ length: count }, (_, index) => addPerson(world, company, index + 1))
}

function addPerson(world: World, company: Company, rank: number): number {
  const { out, random } = world
  const { words, owner } = company
  const id = out.id(PERSON)
  const [firstname, lastname] = [random.pick(words.firstNames), random.pick(words.lastNames)]
  const when = moment(pastDay(random), random)
  out.add(PERSON, {
    person_id: id,
    contact_id: company.id,
    rank,
    lastname,
    firstname,
    title: random.pick(words.titles),
    text_id: random.chance(0.05)
      ? addText(out, TEXT_TYPE.person, id, random.pick(words.sentences), when, owner.id)
      : null,
    position_idx: random.between(1, COUNT.perspos),
    userdef_id: random.chance(0.1) ? addSmall(world) : null,
    person_number: String(100_000 + id),
    country_id: words.countryId,
    activeinterests: addInterests(world, id, owner.id, when),
    associate_id: owner.id,
    group_id: owner.group,
    ...stamp(when, owner.id),
  })
  addReach(world, company, id, `${slug(firstname + lastname) || 'mail'}.${id}`, when)
  relateToAnother(world, company, id, when)
  return id
}

function addReach(world: World, company: Company, person: number, mailbox: string, when: string): void {
  const { random } = world
  const [one, other] = random.shuffle([PHONE_TYPE.direct, PHONE_TYPE.mobile])
  addPhone(world, company, person, one!, when)
  if (random.chance(0.3)) addPhone(world, company, person, other!, when)
  if (random.chance(0.9)) addEmail(world, company, person, mailbox, when)
  if (random.chance(0.05)) addAddress(world, company, person, ADDRESS_TYPE.private, when)
}

/** @returns how many; each interest at most once */
function addInterests({ out, random }: World, person_id: number, who: number, when: string): number {
  const count = random.chance(0.2) ? random.between(1, 2) : 0
  const first = random.between(0, COUNT.persint - 1)
  for (let next = 0; next < count; next++) {
    const personinterest_id = out.id(INTEREST)
    const pinterest_idx = 1 + ((first + next) % COUNT.persint)
    out.add(INTEREST, { personinterest_id, person_id, pinterest_idx, ...stamp(when, who) })
  }
  return count
}

function addSmall({ out, random }: World): number {
  const udpersonsmall_id = out.id(SMALL)
  out.add(SMALL, { udpersonsmall_id, long01: random.between(1, 9), string01: random.pick(LANGUAGES) })
  return udpersonsmall_id
}

function relateToAnother(world: World, { id: company, owner }: Company, id: number, when: string): void {
  const other = world.persons.draw(world.random)
  if (other && world.random.chance(0.04)) addRelation(world, TABLE.person, id, other.id, when, owner.id)
  world.persons.add({ id, company })
}
