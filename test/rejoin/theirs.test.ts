/** What was read of the other side: is it of the life in which that goes on? A note names the last packets, and no more. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { hashOf } from '../../src/apply/accept.ts'
import { PARENT_LINK } from '../../src/log/version.ts'
import { type Link, linkById } from '../../src/packet/link.ts'
import { HASHES } from '../../src/packet/write-note.ts'
import { readOfTheirs } from '../../src/rejoin/theirs.ts'
import { openNotebook } from '../support/steps.ts'

const HASH = new Uint8Array(32).fill(7)

test.each([
  ['all that the other side has written is named', HASHES - 1, true],
  ['more was written than a note can name', HASHES, false],
])('that it goes on from a later packet says that this one is lost, where %s', async (_, named, isLost) => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  await office.desk.insert('book', { title: 'new' })
  await ee.exchange()
  const answer = await ee.site.db.change(async write => {
    const link = (await linkById(write, PARENT_LINK))!
    expect(link.in_number).toBe(1)
    const written = Array.from({ length: named }, (_, index): [number, Uint8Array] => [index + 2, HASH])
    const note = { written, wentOnFrom: [2] }
    return readOfTheirs(write, link, { number: named + 2 } as never, note as never)
  })

  expect(answer.isLost).toBe(isLost)
})

const OTHER = new Uint8Array(32).fill(9)

/** Of three packets that were read, what a note says of the first three, by `=` the same bytes and by `x` others, and of the fifth. */
test.each([
  ['names all of them', '===', [], { common: 3, isLost: false, follows: true, applied: 3 }],
  ['goes on from the last', '===', [3], { common: 2, isLost: true, follows: true, applied: 2 }],
  ['goes on from the last two', '===', [2, 3], { common: 1, isLost: true, follows: true, applied: 1 }],
  ['goes on from a later one', '== ', [5], { common: 2, isLost: true, follows: true, applied: 2 }],
  [
    'has all, and goes on from a later one',
    '===',
    [5],
    { common: 3, isLost: false, follows: true, applied: 3 },
  ],
  ['has another last one', '==x', [], { common: 2, isLost: false, follows: false, applied: 3 }],
  ['goes on from another last one', '==x', [3], { common: 2, isLost: true, follows: true, applied: 2 }],
  ['does not tell them apart', '===', undefined, { common: 2, isLost: false, follows: true, applied: 3 }],
])('of a side that %s is known what was read of its life', async (_, named, wentOnFrom, answer) => {
  await using office = await openNotebook()
  const ee = await office.leave('ee')
  for (let packet = 0; packet < 3; packet++) {
    await office.desk.insert('book', { title: `${packet}` })
    await ee.exchange()
  }
  const [theirs, atParent] = await ee.site.db.change(async write => {
    const link = (await linkById(write, PARENT_LINK))!
    expect(link.in_number).toBe(3)
    const written: [number, Uint8Array][] = [[5, OTHER]]
    for (const [index, mark] of [...named].entries()) {
      const hash = await hashOf(write, link, 0, index + 1)
      if (mark !== ' ') written.push([index + 1, mark === '=' ? hash! : OTHER])
    }
    const note = { written, ...(wentOnFrom && { wentOnFrom }) } as never
    const answerOf = (one: Link) => readOfTheirs(write, one, { number: 6 } as never, note)
    const rows = sql`update hc_packet set link_id = 7 where outgoing = 0`
    const child = await answerOf(link)
    await write.run(rows)
    return [child, await answerOf({ ...link, link_id: 7 })]
  })

  expect({ ...theirs, applied: theirs!.applied.number }).toEqual(answer)
  // What a child had sent is unsent again by the child itself.
  expect(atParent).toMatchObject({ isLost: false, applied: { number: 3 } })
})
