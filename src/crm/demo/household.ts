/**
 * Household: what exists before the first customer: users in groups, preferences, countries, layouts, our company.
 * Names of users do not depend on the seed, so that examples can name them; `admin` is associate 1.
 */
import { FOUNDED } from './calendar.ts'
import { type Output, STAMPS, sheet, stamp } from './output.ts'
import type { Words } from './words.ts'

const ADMIN = 1
const OWN_COMPANY = 'Homecoming Demo AS'

export interface User {
  readonly id: number
  readonly login: string
  readonly group: number
}

const PEOPLE: readonly (readonly [login: string, first: string, last: string])[] = [
  ['ee', 'Eva', 'Eriksen'],
  ['ok', 'Ola', 'Kvam'],
  ['mb', 'Marit', 'Bakke'],
  ['js', 'Jonas', 'Solberg'],
  ['ih', 'Ingrid', 'Haugen'],
  ['th', 'Tuva', 'Holm'],
  ['pn', 'Per', 'Nygård'],
  ['as', 'Anja', 'Sæther'],
  ['kl', 'Klaus', 'Lindner'],
  ['yt', 'Yuki', 'Tanaka'],
  ['np', 'Nikos', 'Pappas'],
  ['lm', 'Layla', 'Mansour'],
]
const GROUPS = ['Administration', 'Sales North', 'Sales South', 'Service']
const COUNTRIES = [
  ['Norge', 'Norway', 'NOR'],
  ['Sverige', 'Sweden', 'SWE'],
  ['Deutschland', 'Germany', 'DEU'],
  ['Nederland', 'Netherlands', 'NLD'],
  ['United Kingdom', 'United Kingdom', 'GBR'],
  ['Ελλάδα', 'Greece', 'GRC'],
  ['日本', 'Japan', 'JPN'],
  ['مصر', 'Egypt', 'EGY'],
] as const
const PREFERENCES = [
  ['Diary', 'StartHour', '8'],
  ['Visual', 'Rows', '25'],
  ['Mail', 'Signature', 'Vennlig hilsen'],
] as const
const INDIVIDUAL = 5
const SYSTEM_WIDE = 2
/** Owner tables of user-defined layouts are their numbers: contact, person, sale. */
const LAYOUT = [
  [7, 'Rating'],
  [7, 'Credit limit'],
  [7, 'Remark'],
  [8, 'Language'],
  [10, 'Competitor'],
] as const

const GROUP = sheet('usergroup', `usergroup_id name rank deleted ${STAMPS}`)
const LINK = sheet('usergrouplink', `usergrouplink_id assoc_id usergroup_id ${STAMPS}`)
const ASSOCIATE = sheet(
  'associate',
  `associate_id name rank deleted group_idx person_id type ${STAMPS} username`,
)
const PREFERENCE = sheet(
  'userpreference',
  `userpreference_id deflevel maxlevel owner_id prefsection prefkey prefvalue ${STAMPS}`,
)
const COUNTRY = sheet('country', `country_id name rank deleted english_name ${STAMPS} abbrev3`)
const FIELD = sheet('udeffield', `udeffield_id ownertable_id taborder fieldtype fieldlabel version ${STAMPS}`)
const LICENCE = sheet('company', `company_id version ownercontactname ownercontactid serialno ${STAMPS}`)
const OWN = sheet('ownercontactlink', `ownercontactlink_id contact_id remark ${STAMPS}`)
const CONTACT = sheet(
  'contact',
  `contact_id name associate_id country_id business_idx category_idx ${STAMPS}`,
)
const PERSON = sheet(
  'person',
  `person_id contact_id rank lastname firstname registered registered_associate_id updated updated_associate_id
   person_number country_id updatedcount associate_id`,
)

/** @param count users besides the administrator. @returns all of them, the administrator first */
export function addHousehold(out: Output, count: number, words: Words): readonly User[] {
  const stamps = stamp(FOUNDED, ADMIN)
  for (const [index, name] of GROUPS.entries()) out.add(GROUP, [out.id(GROUP), name, index + 1, 0, ...stamps])
  const company = addOwnCompany(out)
  const users = [...peopleOf(count, words)].map(person => addUser(out, company, person))
  for (const user of users) addPreferences(out, user)
  addInstallation(out)
  return users
}

function* peopleOf(count: number, words: Words): Generator<readonly [string, string, string], void> {
  yield ['admin', 'Ada', 'Ministrator']
  for (let index = 0; index < count; index++) {
    const { firstNames, lastNames } = words
    yield PEOPLE[index] ?? [
      `u${index + 1}`,
      firstNames[index % firstNames.length]!,
      lastNames[index % lastNames.length]!,
    ]
  }
}

function addOwnCompany(out: Output): number {
  const stamps = stamp(FOUNDED, ADMIN)
  const id = out.id(CONTACT)
  out.add(CONTACT, [id, OWN_COMPANY, ADMIN, 1, 2, 1, ...stamps])
  out.add(OWN, [out.id(OWN), id, 'Head office', ...stamps])
  out.add(LICENCE, [out.id(LICENCE), 1, OWN_COMPANY, id, 'DEMO-0001', ...stamps])
  return id
}

function addUser(
  out: Output,
  company: number,
  [login, first, last]: readonly [string, string, string],
): User {
  const stamps = stamp(FOUNDED, ADMIN)
  const id = out.id(ASSOCIATE)
  const person = out.id(PERSON)
  const group = id === ADMIN ? 1 : 2 + (id % (GROUPS.length - 1))
  const number = String(100_000 + person)
  out.add(PERSON, [person, company, id, last, first, ...stamps.slice(0, 4), number, 1, 0, id])
  out.add(ASSOCIATE, [id, login, id, 0, group, person, 0, ...stamps, `${login}@homecoming.example`])
  out.add(LINK, [out.id(LINK), id, group, ...stamps])
  return { id, login, group }
}

function addPreferences(out: Output, user: User): void {
  for (const [section, name, value] of PREFERENCES) {
    const row = [out.id(PREFERENCE), INDIVIDUAL, INDIVIDUAL, user.id, section, name, value]
    out.add(PREFERENCE, [...row, ...stamp(FOUNDED, user.id)])
  }
}

function addInstallation(out: Output): void {
  const stamps = stamp(FOUNDED, ADMIN)
  for (const [index, [name, english, code]] of COUNTRIES.entries()) {
    out.add(COUNTRY, [out.id(COUNTRY), name, index + 1, 0, english, ...stamps, code])
  }
  for (const [index, [owner, label]] of LAYOUT.entries()) {
    out.add(FIELD, [out.id(FIELD), owner, index + 1, 1, label, 1, ...stamps])
  }
  const system = ['System', 'CurrentUdefVersioncontact', '1']
  out.add(PREFERENCE, [out.id(PREFERENCE), SYSTEM_WIDE, SYSTEM_WIDE, 0, ...system, ...stamps])
}
