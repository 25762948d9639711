/** The CRM model in areas: all that a company takes along when its owner changes, over any depth. */
import type { Value } from '../../../src/core/values.ts'
import { withAreas } from './areas-of.ts'
import { crmWorld } from './crm-world.ts'

const OLD = '2025-06-01T00:00:00Z'
const NEW = '2026-01-02T00:00:00Z'
const [CONTACT, PERSON, APPOINTMENT, DOCUMENT, PROJECT, SALE, HISTORY] = [5, 6, 9, 10, 11, 13, 157]

type Pick = (table: string) => number

/** One of the choices, by the seed. */
const one = <T>(seed: number, choices: readonly T[]): T => choices[seed % choices.length]!

const ENDS: readonly (readonly [number, string])[] = [
  [CONTACT, 'contact'],
  [PERSON, 'person'],
  [APPOINTMENT, 'appointment'],
  [DOCUMENT, 'document'],
  [PROJECT, 'project'],
  [SALE, 'sale'],
]
const TEXTS: readonly (readonly [number, string])[] = [
  [1, 'contact'],
  [2, 'person'],
  [4, 'appointment'],
  [5, 'document'],
  [7, 'sale'],
  [13, 'projectmember'],
  [16, 'userpreference'],
  [99, 'contact'],
]
const ADDRESSES: readonly (readonly [number, string])[] = [
  [1, 'contact'],
  [2, 'contact'],
  [16387, 'person'],
]

function follower(table: string, seed: number, pick: Pick): Record<string, Value> | undefined {
  switch (table) {
    case 'address': {
      const [type, owner] = one(seed, ADDRESSES)
      return { atype_idx: type, owner_id: pick(owner) }
    }
    case 'email':
      return {
        contact_id: one(seed, [pick('contact'), 0]),
        project_id: pick('project'),
        person_id: pick('person'),
      }
    case 'text': {
      const [type, owner] = one(seed, TEXTS)
      return { type, owner_id: pick(owner) }
    }
    case 'relations': {
      const [from, source] = one(seed, ENDS)
      const [to, destination] = one(Math.floor(seed / 6), ENDS)
      return {
        source_table: from,
        source_record: pick(source),
        destination_table: to,
        destination_record: pick(destination),
      }
    }
    case 'salestakeholder':
      return { sale_id: pick('sale'), person_id: pick('person') }
    case 'salehist':
      return { sale_id: pick('sale'), userdef_id: pick('udsalesmall'), associate_id: 1 + (seed % 5) }
    case 'visiblefor': {
      const [tableid, record] = one(seed, [
        [APPOINTMENT, 'appointment'],
        [SALE, 'sale'],
        [HISTORY, 'salehist'],
      ] as const)
      return { tableid, recordid: pick(record) }
    }
    case 'userpreference':
      return {
        deflevel: one(seed, [5, 5, 4, 1]),
        owner_id: one(seed, [pick('associate'), 0]),
        prefsection: 'history',
        prefkey: `key ${seed % 5}`,
      }
    case 'ownercontactlink':
      return { contact_id: pick('contact') }
    case 'udcontactsmall':
    case 'udsalesmall':
      return { long01: seed, double01: seed / 8 }
    default:
      return undefined
  }
}

export const crmAreasWorld = withAreas(
  crmWorld,
  site =>
    site.db.change(write =>
      write.insert({ table: 'associate', key: ['associate_id'], columns: ['name'] }, [
        [4, 'kk'],
        [5, 'll'],
      ]),
    ),
  {
    tables: [
      'contact',
      'contact',
      'person',
      'project',
      'sale',
      'appointment',
      'document',
      'address',
      'email',
      'projectmember',
      'contactinterest',
      'text',
      'relations',
      'visiblefor',
      'salestakeholder',
      'salehist',
      'userpreference',
      'ownercontactlink',
      'udcontactsmall',
      'udsalesmall',
      'associate',
    ],
    marks: {
      ...crmWorld.marks,
      address: 'address1',
      salestakeholder: 'comment',
      userpreference: 'prefvalue',
    },
    values(table, seed, pick) {
      const followed = follower(table, seed, pick)
      if (followed) return followed
      const values = crmWorld.values(table, seed, pick)
      const who = 1 + (seed % 5)
      switch (table) {
        case 'associate':
          return { name: `user ${seed % 4}` }
        case 'contact':
          return { ...values, associate_id: who, userdef_id: pick('udcontactsmall') }
        case 'person':
          return { ...values, contact_id: seed % 3 === 0 ? 0 : pick('contact'), associate_id: who }
        case 'project':
          return { ...values, associate_id: who }
        case 'sale':
          return { ...values, associate_id: who, userdef_id: pick('udsalesmall') }
        case 'appointment':
          return {
            ...values,
            associate_id: who,
            sale_id: one(seed, [0, pick('sale')]),
            activedate: one(seed, [NEW, NEW, OLD]),
          }
        case 'document':
          return { ...values, registered: one(seed, [NEW, NEW, OLD]) }
        default:
          return values
      }
    },
  },
)
