/** What people are shown of the log: the newest first, whoever wrote it. */
import { expect, test } from 'vitest'
import { log } from '../../src/app/look.ts'
import { onPostgres } from '../support/central.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

test('a row under an id of an outside program, far below all others, stands where its time says', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook, at: onPostgres })
  for (const title of ['one', 'two']) await office.desk.update('book', 1, { title })
  office.clock.pass(60)
  await office.sql('update sequence set next_id = next_id + 1 where id = 39')
  await office.sql(`insert into traveltransactionlog (traveltransactionlog_id, ttime, prev_record_id, type, associate_id,
    tablenumber, record_id, flags, application_id)
    values ((select next_id - 1 from sequence where id = 39), ${office.clock.now()}, 0, 4608, 2, 103, 2, 0, 7)`)
  office.clock.pass(60)
  await office.desk.update('book', 1, { title: 'three' })

  const shown = await log(office.site, { table: 'book' })

  expect(shown.map(({ record }) => record)).toEqual([1, 2, 1, 1])
})
