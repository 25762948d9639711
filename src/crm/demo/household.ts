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

const GROUP = sheet('usergroup', ['usergroup_id', 'name', 'rank', 'deleted', ...STAMPS])
const LINK = sheet('usergrouplink', ['usergrouplink_id', 'assoc_id', 'usergroup_id', ...STAMPS])
const ASSOCIATE = sheet('associate', [
  'associate_id',
  'name',
  'rank',
  'deleted',
  'group_idx',
  'person_id',
  'type',
  'username',
  ...STAMPS,
])
const PREFERENCE = sheet('userpreference', [
  'userpreference_id',
  'deflevel',
  'maxlevel',
  'owner_id',
  'prefsection',
  'prefkey',
  'prefvalue',
  ...STAMPS,
])
const COUNTRY = sheet('country', [
  'country_id',
  'name',
  'rank',
  'deleted',
  'english_name',
  'abbrev3',
  ...STAMPS,
])
const FIELD = sheet('udeffield', [
  'udeffield_id',
  'ownertable_id',
  'taborder',
  'fieldtype',
  'fieldlabel',
  'version',
  ...STAMPS,
])
const LICENCE = sheet('company', [
  'company_id',
  'version',
  'ownercontactname',
  'ownercontactid',
  'serialno',
  ...STAMPS,
])
const OWN = sheet('ownercontactlink', ['ownercontactlink_id', 'contact_id', 'remark', ...STAMPS])
const CONTACT = sheet('contact', [
  'contact_id',
  'name',
  'associate_id',
  'country_id',
  'business_idx',
  'category_idx',
  ...STAMPS,
])
const PERSON = sheet('person', [
  'person_id',
  'contact_id',
  'rank',
  'lastname',
  'firstname',
  'person_number',
  'country_id',
  'associate_id',
  ...STAMPS,
])

/** Whatever was there from the first day was made by the administrator. */
const FIRST_DAY = stamp(FOUNDED, ADMIN)

/** @param count users besides the administrator. @returns all of them, the administrator first */
export function addHousehold(out: Output, count: number, words: Words): readonly User[] {
  for (const [index, name] of GROUPS.entries()) {
    out.add(GROUP, { usergroup_id: out.id(GROUP), name, rank: index + 1, deleted: 0, ...FIRST_DAY })
  }
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
  const contact_id = out.id(CONTACT)
  out.add(CONTACT, {
    contact_id,
    name: OWN_COMPANY,
    associate_id: ADMIN,
    country_id: 1,
    business_idx: 2,
    category_idx: 1,
    ...FIRST_DAY,
  })
  out.add(OWN, { ownercontactlink_id: out.id(OWN), contact_id, remark: 'Head office', ...FIRST_DAY })
  out.add(LICENCE, {
    company_id: out.id(LICENCE),
    version: 1,
    ownercontactname: OWN_COMPANY,
    ownercontactid: contact_id,
    serialno: 'DEMO-0001',
    ...FIRST_DAY,
  })
  return contact_id
}

function addUser(
  out: Output,
  company: number,
  [login, first, last]: readonly [string, string, string],
): User {
  const id = out.id(ASSOCIATE)
  const person = out.id(PERSON)
  const group = id === ADMIN ? 1 : 2 + (id % (GROUPS.length - 1))
  out.add(PERSON, {
    person_id: person,
    contact_id: company,
    rank: id,
    lastname: last,
    firstname: first,
    person_number: String(100_000 + person),
    country_id: 1,
    associate_id: id,
    ...FIRST_DAY,
  })
  out.add(ASSOCIATE, {
    associate_id: id,
    name: login,
    rank: id,
    deleted: 0,
    group_idx: group,
    person_id: person,
    type: 0,
    username: `${login}@homecoming.example`,
    ...FIRST_DAY,
  })
  out.add(LINK, { usergrouplink_id: out.id(LINK), assoc_id: id, usergroup_id: group, ...FIRST_DAY })
  return { id, login, group }
}

function addPreferences(out: Output, user: User): void {
  for (const [section, name, value] of PREFERENCES) {
    addPreference(out, INDIVIDUAL, user.id, section, name, value)
  }
  if (user.id === ADMIN) addPreference(out, SYSTEM_WIDE, 0, 'System', 'CurrentUdefVersioncontact', '1')
}

function addPreference(
  out: Output,
  level: number,
  owner: number,
  prefsection: string,
  prefkey: string,
  prefvalue: string,
): void {
  out.add(PREFERENCE, {
    userpreference_id: out.id(PREFERENCE),
    deflevel: level,
    maxlevel: level,
    owner_id: owner,
    prefsection,
    prefkey,
    prefvalue,
    ...stamp(FOUNDED, owner || ADMIN),
  })
}

function addInstallation(out: Output): void {
  for (const [index, [name, english_name, abbrev3]] of COUNTRIES.entries()) {
    const country_id = out.id(COUNTRY)
    out.add(COUNTRY, { country_id, name, rank: index + 1, deleted: 0, english_name, abbrev3, ...FIRST_DAY })
  }
  for (const [index, [ownertable_id, fieldlabel]] of LAYOUT.entries()) {
    const udeffield_id = out.id(FIELD)
    const layout = { ownertable_id, taborder: index + 1, fieldtype: 1, fieldlabel, version: 1 }
    out.add(FIELD, { udeffield_id, ...layout, ...FIRST_DAY })
  }
}
