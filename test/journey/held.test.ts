import { expect, test } from 'vitest'
import { held } from '../../src/app/look.ts'
import type { Site } from '../../src/log/site.ts'
import { decideHeld } from '../../src/travel/held.ts'
import { ownAccount } from '../../src/travel/ledger.ts'
import { verify } from '../../src/travel/verify.ts'
import { sqlAt } from '../support/application.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

/** A rule that only the office has. */
const strict = async (site: Site): Promise<void> => {
  await fillNotebook(site)
  await sqlAt(
    site,
    `create trigger app_strict before insert on note when new.text = 'rude'
      begin select raise(abort, 'mind your words'); end`,
  )
}

const relax = (site: Site) => sqlAt(site, 'drop trigger app_strict')

test('a record that the office refuses is held; the rest of the packet goes on', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: strict })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.insert('note', { book_id: 1, text: 'rude' })
  const other = await ee.desk.insert('note', { book_id: 1, text: 'polite' })
  await ee.exchange()
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 2, applied: 1, held: 1 })
  expect(await held(office.site)).toMatchObject([
    { name: 'ee', table: 'note', message: expect.stringContaining('mind') },
  ])
  expect(other).toBeGreaterThan(0)
})

test('a held record is tried again after the next packet, and judged then as ever', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: strict })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  const note = await ee.desk.insert('note', { book_id: 1, text: 'rude' })
  await ee.exchange()
  await relax(office.site)
  await ee.desk.update('book', 1, { title: 'another packet' })
  await ee.exchange()
  await ee.exchange()
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 2, applied: 2, held: 0 })
  expect(await ee.desk.get('note', note)).toMatchObject({ text: 'rude' })
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('a later edit joins the one that is held, and mends it', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: strict })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  const note = await ee.desk.insert('note', { book_id: 1, text: 'rude' })
  await ee.exchange()
  office.clock.pass(60)
  await ee.desk.update('note', note, { text: 'sorry' })
  await ee.exchange()
  expect(await ee.site.db.snapshot(ownAccount)).toMatchObject({ made: 2, applied: 2, held: 0 })
  expect((await verify(office.site, ee.site)).differences).toEqual([])
})

test('an administrator decides: again, or not at all', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: strict })
  const ee = await office.leave('ee')
  office.clock.pass(60)
  await ee.desk.insert('note', { book_id: 1, text: 'rude' })
  const second = await ee.desk.insert('note', { book_id: 2, text: 'rude' })
  await ee.exchange()
  const [one, two] = await held(office.site)
  expect(await decideHeld(office.site, one!.id, 'retry')).toBe('held')
  expect(await decideHeld(office.site, two!.id, 'reject')).toBe('rejected')
  await relax(office.site)
  const [again] = await held(office.site)
  expect(await decideHeld(office.site, again!.id, 'retry')).toBe('applied')
  await ee.exchange()
  expect(await ee.desk.get('note', second)).toBeUndefined()
  expect((await ee.comeHome()).account).toMatchObject({ made: 2, applied: 1, rejected: 1, held: 0 })
})
