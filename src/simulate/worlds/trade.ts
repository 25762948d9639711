/** Trade: the model at work, in three kinds: as it is, field by field, and with many collisions. */
import { tradeModel } from './model.ts'
import type { WorldKind } from './world-kind.ts'

const FIRST_RECORDS = 6
const ABOUT = ['customer', 'deal', 'visit'] as const

export const trade: WorldKind = {
  name: 'trade',
  dictionary: tradeModel,
  fieldLevel: ['visit'],
  tables: [
    ...['customer', 'customer', 'deal', 'deal', 'line', 'line', 'visit', 'visit', 'visit'],
    ...['remark', 'remark', 'topic', 'code'],
  ],
  marks: {
    topic: 'mark',
    code: 'mark',
    customer: 'mark',
    deal: 'mark',
    line: 'mark',
    visit: 'mark',
    remark: 'mark',
  },

  async fill(write, people) {
    const into = (table: string, columns: string[]) => ({ table, key: [`${table}_id`], columns })
    const first = Array.from({ length: FIRST_RECORDS }, (_, index) => index + 1)
    const everybody = Array.from({ length: people }, (_, index) => index + 1)
    await write.insert(
      into('person', ['login']),
      everybody.map(id => [id, loginOf(id)]),
    )
    await write.insert(into('topic', ['title']), [
      [1, 'topic 0'],
      [2, 'topic 1'],
    ])
    await write.insert(
      into('customer', ['name', 'owner_id', 'topic_id']),
      first.map(id => [id, `customer ${id}`, 1 + (id % people), 1 + (id % 2)]),
    )
    await write.insert(
      into('deal', ['owner_id', 'customer_id']),
      first.map(id => [id, 1 + ((id * 2) % people), id]),
    )
    await write.insert(
      into('line', ['deal_id']),
      first.map(id => [id, id]),
    )
    await write.insert(
      into('visit', ['owner_id', 'customer_id']),
      first.map(id => [id, 1 + ((id * 3) % people), id]),
    )
    await write.insert(
      into('remark', ['about', 'owner_id']),
      first.map(id => [id, 1 + (id % 3), id]),
    )
  },

  values(table, seed, people, pick) {
    const someone = 1 + (seed % people)
    switch (table) {
      case 'topic':
        return { title: `topic ${seed % 6}` }
      case 'code':
        return { name: `code ${seed % 6}` }
      case 'customer':
        return { name: `customer ${seed}`, owner_id: someone, topic_id: pick('topic') }
      case 'deal':
        return { owner_id: seed % 3 === 0 ? 0 : someone, customer_id: pick('customer'), amount: seed / 8 }
      case 'line':
        return { deal_id: pick('deal'), code_id: pick('code') }
      case 'visit':
        return {
          owner_id: seed % 4 === 0 ? 0 : someone,
          customer_id: pick('customer'),
          place: `place ${seed % 50}`,
          day: seed % 5 === 0 ? null : `2026-0${1 + (seed % 9)}-11`,
        }
      default: {
        const about = seed % ABOUT.length
        return { about: about + 1, owner_id: pick(ABOUT[about]!) }
      }
    }
  },
}

export const loginOf = (person: number): string => `p${person}x`

/** Single fields travel, everywhere. */
const fields: WorldKind = {
  ...trade,
  name: 'fields',
  fieldLevel: ['topic', 'code', 'customer', 'deal', 'line', 'visit', 'remark'],
}

/** Whole records travel, everywhere, and half of the work is in lists where entries collide. */
const lists: WorldKind = {
  ...trade,
  name: 'lists',
  fieldLevel: [],
  tables: [...trade.tables, 'topic', 'topic', 'topic', 'topic', 'code', 'code', 'code', 'code'],
}

export const WORLDS: readonly WorldKind[] = [trade, fields, lists]
