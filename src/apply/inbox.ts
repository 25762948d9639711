/** Inbox: messages that a DWN brings to a child, and the news in an UP that they were read. */

import { PARENT_LINK } from '../log/version.ts'
import { MESSAGE_COLUMNS } from '../packet/inbox.ts'
import { type DwnContext, isRelay } from './dwn-context.ts'
import { ownNumbers } from './own-numbers.ts'
import { correctTime } from './time.ts'
import type { UpContext } from './up-context.ts'

const TABLE_AT = MESSAGE_COLUMNS.indexOf('tablenumber')
const CONFLICT_AT = MESSAGE_COLUMNS.indexOf('conflict_id')
const RECORD_AT = MESSAGE_COLUMNS.indexOf('record_id')

export async function writeMessages(context: DwnContext, messages: readonly unknown[][]): Promise<void> {
  const columns = [...MESSAGE_COLUMNS.slice(1), 'link_id', 'told_link', 'read_time', 'parent_id']
  const relay = isRelay(context)
  const ids = messages.map(message => message[0] as number)
  const numbers = relay ? await ownNumbers(context, 'hc_inbox', ids) : undefined
  const named = messages.map(message => message[CONFLICT_AT] as number).filter(id => id > 0)
  const conflicts = relay ? await ownNumbers(context, 'hc_conflict', named) : undefined
  await context.write.upsert(
    { table: 'hc_inbox', key: ['message_id'], columns },
    messages.map(message => {
      const row = [...message] as (string | number)[]
      row[CONFLICT_AT] = conflicts?.get(row[CONFLICT_AT] as number) ?? row[CONFLICT_AT]!
      const parent = numbers ? row[0]! : 0
      row[0] = numbers?.get(row[0] as number) ?? row[0]!
      const table = context.site.dictionary.tableByNumber(row[TABLE_AT] as number)
      if (table) row[RECORD_AT] = context.ids.local(table, row[RECORD_AT] as number)
      return [...row, PARENT_LINK, 0, 0, parent]
    }),
  )
}

/** Only messages that this child was sent. */
export async function markRead({ write, link, bounds }: UpContext, read: readonly number[][]): Promise<void> {
  await write.update(
    { table: 'hc_inbox', key: ['message_id', 'told_link'], columns: ['read_time'] },
    read.map(([message, time]) => [message!, link.link_id, correctTime(time!, bounds)]),
  )
}
