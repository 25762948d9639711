/** The CRM model at work, with a handful of records. */
import { crmDictionary } from '../../../src/crm/dictionary.ts'
import type { Site } from '../../../src/log/site.ts'
import type { World } from '../history/world.ts'

const CONTACT = 5
const SALE = 13

async function fill(site: Site): Promise<void> {
  await site.db.change(async write => {
    await write.insert({ table: 'associate', key: ['associate_id'], columns: ['name'] }, [
      [1, 'admin'],
      [2, 'ee'],
      [3, 'jo'],
    ])
    await write.insert({ table: 'contact', key: ['contact_id'], columns: ['name', 'associate_id'] }, [
      [1, 'Nordlys', 2],
      [2, 'Fjord', 3],
    ])
    await write.insert({ table: 'person', key: ['person_id'], columns: ['contact_id', 'lastname'] }, [
      [1, 1, 'Berg'],
      [2, 2, 'Dal'],
    ])
    await write.insert({ table: 'category', key: ['category_id'], columns: ['name'] }, [[1, 'customer']])
    await write.insert({ table: 'contint', key: ['contint_id'], columns: ['name'] }, [
      [1, 'sailing'],
      [2, 'skiing'],
    ])
    await write.insert({ table: 'project', key: ['project_id'], columns: ['name', 'associate_id'] }, [
      [1, 'fair', 2],
    ])
  })
}

export const crmWorld: World = {
  name: 'crm',
  dictionary: crmDictionary,
  fill,
  travellers: ['ee', 'jo'],
  tables: [
    'contact',
    'person',
    'project',
    'sale',
    'appointment',
    'document',
    'category',
    'contactinterest',
    'contint',
    'text',
    'relations',
    'projectmember',
  ],
  marks: {
    contact: 'department',
    person: 'title',
    project: 'name',
    sale: 'heading',
    appointment: 'location',
    document: 'header',
    category: 'tooltip',
    contint: 'tooltip',
    text: 'text',
    relations: 'relcomment',
  },
  values(table, seed, pick) {
    const owner = 1 + (seed % 3)
    switch (table) {
      case 'contact':
        return { name: `company ${seed}`, associate_id: owner, category_idx: pick('category') }
      case 'person':
        return { contact_id: pick('contact'), lastname: `person ${seed}` }
      case 'project':
        return { associate_id: owner }
      case 'sale':
        return {
          associate_id: owner,
          contact_id: pick('contact'),
          project_id: pick('project'),
          amount: seed / 8,
        }
      case 'appointment':
        return { associate_id: owner, contact_id: pick('contact'), project_id: pick('project') }
      case 'document':
        return { name: `file ${seed}.txt`, appointment_id: pick('appointment') }
      case 'category':
      case 'contint':
        return { name: `entry ${seed % 4}` }
      case 'contactinterest':
        return { contact_id: pick('contact'), cinterest_idx: pick('contint') }
      case 'text':
        return seed % 2 === 0 ? { type: 1, owner_id: pick('contact') } : { type: 7, owner_id: pick('sale') }
      case 'relations':
        return {
          source_table: CONTACT,
          source_record: pick('contact'),
          destination_table: seed % 2 === 0 ? CONTACT : SALE,
          destination_record: pick(seed % 2 === 0 ? 'contact' : 'sale'),
        }
      default:
        return { project_id: pick('project'), person_id: pick('person') }
    }
  },
}
