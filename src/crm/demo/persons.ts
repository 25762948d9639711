/**
 * Persons of a company, with phones, e-mail addresses, interests and user-defined rows.
 */
import { moment, pastDay } from './calendar.ts'
import { COUNT } from './lists.ts'
import { addRelation, addText, TABLE, TEXT_TYPE } from './notes.ts'
import { STAMPS, sheet, stamp } from './output.ts'
import { ADDRESS_TYPE, addAddress, addEmail, addPhone, PHONE_TYPE } from './reach.ts'
import { slug } from './words.ts'
import type { Company, Person, World } from './world.ts'

const PERSON = sheet(
  'person',
  `person_id contact_id rank lastname firstname title text_id position_idx userdef_id
   registered registered_associate_id updated updated_associate_id person_number country_id
   activeinterests updatedcount associate_id group_id`,
)
const INTEREST = sheet('personinterest', `personinterest_id person_id pinterest_idx ${STAMPS}`)
const SMALL = sheet('udpersonsmall', 'udpersonsmall_id long01 string01')

/** @returns the ids of the persons, for follow-ups and sales of the company */
export function addPersons(world: World, company: Company): readonly number[] {
  const count = world.rates.persons(company.size)
  return Array.from({ length: count }, (_, index) => addPerson(world, company, index + 1))
}

function addPerson(world: World, company: Company, rank: number): number {
  const { out, random } = world
  const { words, owner } = company
  const id = out.id(PERSON)
  const [first, last] = [random.pick(words.firstNames), random.pick(words.lastNames)]
  const when = moment(pastDay(random), random)
  const interests = addInterests(world, id, owner.id, when)
  out.add(PERSON, [
    id,
    company.id,
    rank,
    last,
    first,
    random.pick(words.titles),
    random.chance(0.05)
      ? addText(out, TEXT_TYPE.person, id, random.pick(words.sentences), when, owner.id)
      : null,
    random.between(1, COUNT.perspos!),
    random.chance(0.1) ? addSmall(world) : null,
    when,
    owner.id,
    when,
    owner.id,
    String(100_000 + id),
    words.countryId,
    interests,
    0,
    owner.id,
    owner.group,
  ])
  addReach(world, company, id, `${slug(first + last) || 'mail'}.${id}`, when)
  relateToAnother(world, { id, company: company.id }, owner.id, when)
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
function addInterests({ out, random }: World, person: number, who: number, when: string): number {
  const count = random.chance(0.2) ? random.between(1, 2) : 0
  const first = random.between(0, COUNT.persint! - 1)
  for (let next = 0; next < count; next++) {
    const interest = 1 + ((first + next) % COUNT.persint!)
    out.add(INTEREST, [out.id(INTEREST), person, interest, ...stamp(when, who)])
  }
  return count
}

function addSmall({ out, random }: World): number {
  const id = out.id(SMALL)
  out.add(SMALL, [
    id,
    random.between(1, 9),
    random.pick(['norsk', 'English', 'Deutsch', '日本語', 'Ελληνικά']),
  ])
  return id
}

function relateToAnother(world: World, person: Person, who: number, when: string): void {
  const other = world.persons.draw(world.random)
  if (other && world.random.chance(0.04)) {
    addRelation(world, TABLE.person, person.id, other.id, 'Colleague', when, who)
  }
  world.persons.add(person)
}
