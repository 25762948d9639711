/**
 * Companies of the demo world, with addresses, phones, links, interests, user-defined rows and relations.
 */
import { moment, pastDay } from './calendar.ts'
import { COUNT } from './lists.ts'
import { addRelation, addText, TABLE, TEXT_TYPE } from './notes.ts'
import { STAMPS, sheet, stamp } from './output.ts'
import type { Random } from './random.ts'
import { ADDRESS_TYPE, addAddress, addEmail, addPhone, PHONE_TYPE } from './reach.ts'
import { slug, type Words } from './words.ts'
import type { Company, World } from './world.ts'

const CONTACT = sheet('contact', [
  'contact_id',
  'name',
  'department',
  'number1',
  'number2',
  'associate_id',
  'country_id',
  'business_idx',
  'category_idx',
  'text_id',
  'userdef_id',
  'orgnr',
  'userdef2_id',
  'activeinterests',
  'group_id',
  ...STAMPS,
])
const LINK = sheet('url', ['url_id', 'contact_id', 'type', 'description', 'url_address', 'rank', ...STAMPS])
const INTEREST = sheet('contactinterest', ['contactinterest_id', 'contact_id', 'cinterest_idx', ...STAMPS])
const SMALL = sheet('udcontactsmall', ['udcontactsmall_id', 'long01', 'long02', 'string01', 'double01'])
const LARGE = sheet('udcontactlarge', ['udcontactlarge_id', 'string41'])

export function addCompany(world: World, size: number): Company {
  const { random } = world
  const words = random.pick(world.market)
  const id = world.out.id(CONTACT)
  const name = nameOf(random, words)
  const domain = `${slug(name) || 'company'}${id}.example`
  const company: Company = { id, owner: random.favour(world.users), words, domain, size }
  const when = moment(pastDay(random), random)
  addContact(world, company, name, when)
  addReach(world, company, when)
  relateToAnother(world, company, when)
  world.companies.add(company)
  return company
}

function nameOf(random: Random, words: Words): string {
  const name = random.pick(words.companies)
  return random.chance(0.5) ? `${name} ${random.pick(words.cities)}` : name
}

function addContact(world: World, company: Company, name: string, when: string): void {
  const { out, random } = world
  const { id, owner, words } = company
  out.add(CONTACT, {
    contact_id: id,
    name,
    department: random.chance(0.2) ? random.pick(words.cities) : '',
    number1: String(10_000 + id),
    number2: `C-${id}`,
    associate_id: owner.id,
    country_id: words.countryId,
    business_idx: random.between(1, COUNT.business),
    category_idx: random.between(1, COUNT.category),
    text_id: random.chance(0.2)
      ? addText(out, TEXT_TYPE.contact, id, random.pick(words.sentences), when, owner.id)
      : null,
    userdef_id: random.chance(0.25) ? addSmall(world, words) : null,
    orgnr: String(random.between(900_000_000, 999_999_999)),
    userdef2_id: random.chance(0.05) ? addLarge(world, words) : null,
    activeinterests: addInterests(world, company, when),
    group_id: owner.group,
    ...stamp(when, owner.id),
  })
}

function addReach(world: World, company: Company, when: string): void {
  const { out, random } = world
  const { id, owner, domain } = company
  addAddress(world, company, id, ADDRESS_TYPE.postal, when)
  if (random.chance(0.6)) addAddress(world, company, id, ADDRESS_TYPE.street, when)
  addPhone(world, company, id, PHONE_TYPE.company, when)
  if (random.chance(0.8)) addEmail(world, company, null, 'post', when)
  if (!random.chance(0.5)) return
  const link = { type: 1, description: 'Web', url_address: `https://www.${domain}/`, rank: 1 }
  out.add(LINK, { url_id: out.id(LINK), contact_id: id, ...link, ...stamp(when, owner.id) })
}

/** @returns how many; each interest at most once */
function addInterests({ out, random }: World, { id, owner }: Company, when: string): number {
  const count = random.chance(0.5) ? random.between(1, 2) : 0
  const first = random.between(0, COUNT.contint - 1)
  for (let next = 0; next < count; next++) {
    const contactinterest_id = out.id(INTEREST)
    const cinterest_idx = 1 + ((first + next) % COUNT.contint)
    out.add(INTEREST, { contactinterest_id, contact_id: id, cinterest_idx, ...stamp(when, owner.id) })
  }
  return count
}

function addSmall({ out, random }: World, words: Words): number {
  const udcontactsmall_id = out.id(SMALL)
  out.add(SMALL, {
    udcontactsmall_id,
    long01: random.between(1, 5),
    long02: random.between(0, 500),
    string01: random.pick(words.products).slice(0, 39),
    double01: random.between(0, 99_999) / 100,
  })
  return udcontactsmall_id
}

function addLarge({ out, random }: World, words: Words): number {
  const udcontactlarge_id = out.id(LARGE)
  out.add(LARGE, { udcontactlarge_id, string41: random.pick(words.sentences).slice(0, 199) })
  return udcontactlarge_id
}

function relateToAnother(world: World, { id, owner }: Company, when: string): void {
  const other = world.companies.draw(world.random)
  if (other && world.random.chance(0.3)) addRelation(world, TABLE.contact, id, other.id, when, owner.id)
}
