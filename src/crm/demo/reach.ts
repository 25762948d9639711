/**
 * Reach: addresses, phones and e-mail addresses of companies and persons in the demo world.
 */
import { STAMPS, sheet, stamp } from './output.ts'
import type { Company, World } from './world.ts'

const ADDRESS = sheet('address', [
  'address_id',
  'owner_id',
  'atype_idx',
  'zipcode',
  'city',
  'address1',
  ...STAMPS,
])
const PHONE = sheet('phone', [
  'phone_id',
  'owner_id',
  'ptype_idx',
  'phone',
  'rank',
  'searchphonenumber',
  ...STAMPS,
])
const EMAIL = sheet('email', [
  'email_id',
  'contact_id',
  'person_id',
  'type',
  'description',
  'email_address',
  'rank',
  ...STAMPS,
])
const WORK = 1

/** Classic address types; the last is a person's. */
export const ADDRESS_TYPE = { postal: 1, street: 2, private: 16_387 } as const
/** Classic phone types; the last two are a person's. */
export const PHONE_TYPE = { company: 1, direct: 16_385, mobile: 16_389 } as const

/** The type says whether `owner` is a company or a person. */
export function addAddress(
  { out, random }: World,
  { words, owner: user }: Company,
  owner: number,
  type: number,
  when: string,
): void {
  out.add(ADDRESS, {
    address_id: out.id(ADDRESS),
    owner_id: owner,
    atype_idx: type,
    zipcode: String(random.between(1_000, 9_999)),
    city: random.pick(words.cities),
    address1: random.pick(words.streets),
    ...stamp(when, user.id),
  })
}

/** The type says whether `owner` is a company or a person. */
export function addPhone(
  { out, random }: World,
  { words, owner: user }: Company,
  owner: number,
  type: number,
  when: string,
): void {
  const digits = String(random.between(20_000_000, 99_999_999))
  out.add(PHONE, {
    phone_id: out.id(PHONE),
    owner_id: owner,
    ptype_idx: type,
    phone: `${words.dialling} ${digits}`,
    rank: 1,
    searchphonenumber: digits,
    ...stamp(when, user.id),
  })
}

/** @param person null: the company's own mailbox */
export function addEmail(
  { out }: World,
  { id, owner, domain }: Company,
  person: number | null,
  mailbox: string,
  when: string,
): void {
  out.add(EMAIL, {
    email_id: out.id(EMAIL),
    contact_id: id,
    person_id: person,
    type: WORK,
    description: person === null ? 'Post' : '',
    email_address: `${mailbox}@${domain}`,
    rank: 1,
    ...stamp(when, owner.id),
  })
}
