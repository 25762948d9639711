/**
 * Words: pools of names, streets and sentences per locale, made once per seed by a well-kept library.
 * Why pools: the library is far too slow for a million records, a pool and a small generator are not.
 */
import type { Faker } from '@faker-js/faker'
import { faker as ar } from '@faker-js/faker/locale/ar'
import { faker as de } from '@faker-js/faker/locale/de'
import { faker as el } from '@faker-js/faker/locale/el'
import { faker as en } from '@faker-js/faker/locale/en'
import { faker as ja } from '@faker-js/faker/locale/ja'
import { faker as nb_NO } from '@faker-js/faker/locale/nb_NO'
import { faker as nl } from '@faker-js/faker/locale/nl'
import { faker as sv } from '@faker-js/faker/locale/sv'
import { type Locale, PHRASES, type Phrases } from './phrases.ts'

export interface Words extends Phrases {
  readonly locale: Locale
  readonly countryId: number
  readonly dialling: string
  readonly firstNames: readonly string[]
  readonly lastNames: readonly string[]
  readonly companies: readonly string[]
  readonly streets: readonly string[]
  readonly cities: readonly string[]
  readonly titles: readonly string[]
  readonly sentences: readonly string[]
  readonly products: readonly string[]
}

const FAKERS: Readonly<Record<Locale, Faker>> = { en, nb_NO, de, sv, nl, ja, el, ar }

/** Country ids are those of the fixed rows. */
const COUNTRIES: Readonly<Record<Locale, readonly [id: number, dialling: string]>> = {
  nb_NO: [1, '+47'],
  sv: [2, '+46'],
  de: [3, '+49'],
  nl: [4, '+31'],
  en: [5, '+44'],
  el: [6, '+30'],
  ja: [7, '+81'],
  ar: [8, '+20'],
}

/** How often each locale is drawn: the first ones are the home market. */
const MARKET: readonly Locale[] = [
  ...Array<Locale>(6).fill('nb_NO'),
  ...Array<Locale>(5).fill('en'),
  ...Array<Locale>(3).fill('de'),
  'sv',
  'sv',
  'nl',
  'ja',
  'el',
  'ar',
]

/** One entry per share of the market; draw one for a company, and take all its words from there. */
export function market(seed: number): readonly Words[] {
  const pools = new Map<Locale, Words>()
  return MARKET.map(locale => {
    const known = pools.get(locale)
    if (known) return known
    const words = wordsOf(locale, seed)
    pools.set(locale, words)
    return words
  })
}

function wordsOf(locale: Locale, seed: number): Words {
  const faker = FAKERS[locale]
  faker.seed(seed)
  const pool = (count: number, word: () => string): string[] => Array.from({ length: count }, word)
  const [countryId, dialling] = COUNTRIES[locale]
  return {
    locale,
    countryId,
    dialling,
    ...PHRASES[locale],
    firstNames: pool(150, () => faker.person.firstName()),
    lastNames: pool(250, () => faker.person.lastName()),
    companies: pool(300, () => faker.company.name()),
    streets: pool(150, () => faker.location.streetAddress()),
    cities: pool(100, () => faker.location.city()),
    titles: pool(60, () => faker.person.jobTitle()),
    sentences: pool(120, () => faker.lorem.sentence({ min: 4, max: 14 })),
    products: pool(80, () => faker.commerce.productName()),
  }
}

/** Latin letters and digits only, for addresses that must be typed: "Bjørn Østlie" -> "bjrnstlie". */
export const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^a-zA-Z0-9]/g, '')
    .toLowerCase()
