import { expect, test } from 'vitest'
import { CapturedDatabase } from './captured-database.ts'

test('an insert, an update and a delete are one row each', async () => {
  using base = new CapturedDatabase()
  base.run(`INSERT INTO contact (contact_id, name) VALUES (7, 'Nordlys')`)
  base.run(`UPDATE contact SET name = 'Nordlys AS' WHERE contact_id = 7`)
  base.run('DELETE FROM contact WHERE contact_id = 7')

  expect(await base.news()).toEqual(['Insert contact 7', 'Update contact 7', 'Delete contact 7'])
})
