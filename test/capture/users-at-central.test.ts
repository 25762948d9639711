/** Users are made at central: the database itself refuses a new one in every child, whichever program writes it. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { EVA, openAtHome } from '../support/areas/regions.ts'
import { openBranch } from '../support/branch.ts'

const NEW_USER = (id: number) => sql`insert into associate (associate_id, name) values (${id}, 'nn')`

test('a satellite and its travellers refuse a new user in plain SQL, and say where to make one', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  const refusal = { code: 'CENTRAL_ONLY', message: expect.stringContaining('made at central') }
  await expect(north.site.db.change(write => write.run(NEW_USER(0x0100_0063)))).rejects.toMatchObject(refusal)
  await expect(ee.site.db.change(write => write.run(NEW_USER(0x7e00_0063)))).rejects.toMatchObject(refusal)
  await office.site.db.change(write => write.run(NEW_USER(99)))
  await north.exchange()
  expect(await north.desk.get('associate', 99)).toMatchObject({ name: 'nn' })
})

test('what is known of a user may be changed anywhere', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.desk.update('associate', EVA, { name: 'eva' }, EVA)
  await north.exchange()
  expect(await office.desk.get('associate', EVA)).toMatchObject({ name: 'eva' })
})
