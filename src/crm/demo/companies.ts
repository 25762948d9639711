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

const CONTACT = sheet(
  'contact',
  `contact_id name department number1 number2 associate_id country_id business_idx category_idx
   registered registered_associate_id updated updated_associate_id text_id userdef_id orgnr userdef2_id
   activeinterests updatedcount group_id`,
)
const URL_ = sheet('url', `url_id contact_id type description url_address rank ${STAMPS}`)
const INTEREST = sheet('contactinterest', `contactinterest_id contact_id cinterest_idx ${STAMPS}`)
const SMALL = sheet('udcontactsmall', 'udcontactsmall_id long01 long02 string01 double01')
const LARGE = sheet('udcontactlarge', 'udcontactlarge_id string41')

export function addCompany(world: World, size: number): Company {
  const { out, random } = world
  const words = random.pick(world.market)
  const id = out.id(CONTACT)
  const name = nameOf(random, words)
  const owner = random.favour(world.users)
  const domain = `${slug(name) || 'company'}${id}.example`
  const company: Company = { id, owner, words, domain, size }
  const when = moment(pastDay(random), random)
  const interests = addInterests(world, company, when)
  out.add(CONTACT, [
    id,
    name,
    random.chance(0.2) ? random.pick(words.cities) : '',
    String(10_000 + id),
    `C-${id}`,
    owner.id,
    words.countryId,
    random.between(1, COUNT.business!),
    random.between(1, COUNT.category!),
    when,
    owner.id,
    when,
    owner.id,
    random.chance(0.2)
      ? addText(out, TEXT_TYPE.contact, id, random.pick(words.sentences), when, owner.id)
      : null,
    random.chance(0.25) ? addSmall(world) : null,
    String(random.between(900_000_000, 999_999_999)),
    random.chance(0.05) ? addLarge(world, words) : null,
    interests,
    0,
    owner.group,
  ])
  addReach(world, company, when)
  relateToAnother(world, company, when)
  return company
}

function nameOf(random: Random, words: Words): string {
  const name = random.pick(words.companies)
  return random.chance(0.5) ? `${name} ${random.pick(words.cities)}` : name
}

function addReach(world: World, company: Company, when: string): void {
  const { out, random } = world
  const { id, owner, domain } = company
  addAddress(world, company, id, ADDRESS_TYPE.postal, when)
  if (random.chance(0.6)) addAddress(world, company, id, ADDRESS_TYPE.street, when)
  addPhone(world, company, id, PHONE_TYPE.company, when)
  if (random.chance(0.8)) addEmail(world, company, null, 'post', when)
  if (!random.chance(0.5)) return
  const row = [out.id(URL_), id, 1, 'Web', `https://www.${domain}/`, 1]
  out.add(URL_, [...row, ...stamp(when, owner.id)])
}

/** @returns how many; each interest at most once */
function addInterests({ out, random }: World, { id, owner }: Company, when: string): number {
  const count = random.chance(0.5) ? random.between(1, 2) : 0
  const first = random.between(0, COUNT.contint! - 1)
  for (let next = 0; next < count; next++) {
    const interest = 1 + ((first + next) % COUNT.contint!)
    out.add(INTEREST, [out.id(INTEREST), id, interest, ...stamp(when, owner.id)])
  }
  return count
}

function addSmall({ out, random, market }: World): number {
  const id = out.id(SMALL)
  const remark = random.pick(random.pick(market).products).slice(0, 39)
  out.add(SMALL, [id, random.between(1, 5), random.between(0, 500), remark, random.between(0, 99_999) / 100])
  return id
}

function addLarge({ out, random }: World, words: Words): number {
  const id = out.id(LARGE)
  out.add(LARGE, [id, random.pick(words.sentences).slice(0, 199)])
  return id
}

function relateToAnother(world: World, company: Company, when: string): void {
  const other = world.companies.draw(world.random)
  if (other && world.random.chance(0.3)) {
    addRelation(world, TABLE.contact, company.id, other.id, '', when, company.owner.id)
  }
  world.companies.add(company)
}
