/** Tables that are kept at the parent: they only come down. */
import { expect, test } from 'vitest'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

test('a record that is made, changed or deleted there reaches everybody away', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  const laptop = await office.leave('ee')
  await office.desk.insert('person', { login: 'nina' })
  await office.desk.update('person', 3, { login: 'johanna' })
  await office.desk.delete('person', 1)

  await laptop.exchange()

  expect(await laptop.desk.get('person', 4)).toMatchObject({ login: 'nina' })
  expect(await laptop.desk.get('person', 3)).toMatchObject({ login: 'johanna' })
  expect(await laptop.desk.get('person', 1)).toBeUndefined()
})
