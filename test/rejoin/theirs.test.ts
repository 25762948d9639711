/** What was read of the other side: is it of the life in which that goes on? A note names the last packets, and no more. */
import { expect, test } from 'vitest'
import { PARENT_LINK } from '../../src/log/version.ts'
import { linkById } from '../../src/packet/link.ts'
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
