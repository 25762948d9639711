/**
 * Reach: addresses, phones and e-mail addresses of companies and persons in the demo world.
 */
import { STAMPS, sheet, stamp } from './output.ts'
import type { Company, World } from './world.ts'

const ADDRESS = sheet('address', `address_id owner_id atype_idx zipcode city address1 ${STAMPS}`)
const PHONE = sheet('phone', `phone_id owner_id ptype_idx phone rank ${STAMPS} searchphonenumber`)
const EMAIL = sheet('email', `email_id contact_id person_id type description email_address rank ${STAMPS}`)
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
  const zip = String(random.between(1_000, 9_999))
  const row = [out.id(ADDRESS), owner, type, zip, random.pick(words.cities), random.pick(words.streets)]
  out.add(ADDRESS, [...row, ...stamp(when, user.id)])
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
  const row = [out.id(PHONE), owner, type, `${words.dialling} ${digits}`, 1]
  out.add(PHONE, [...row, ...stamp(when, user.id), digits])
}

/** @param person absent: the company's own mailbox */
export function addEmail(
  { out }: World,
  { id, owner, domain }: Company,
  person: number | null,
  mailbox: string,
  when: string,
): void {
  const row = [out.id(EMAIL), id, person, WORK, person === null ? 'Post' : '', `${mailbox}@${domain}`, 1]
  out.add(EMAIL, [...row, ...stamp(when, owner.id)])
}
