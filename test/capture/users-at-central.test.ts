/** Users come and go at central: every child's database itself refuses a new one and a deletion, whichever program writes. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { EVA, KAI, openAtHome } from '../support/areas/regions.ts'
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

test('nor can a user be deleted there, by no statement', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.build()
  const ee = await north.leave('ee')
  const refusal = { code: 'CENTRAL_ONLY', message: expect.stringContaining('at central') }
  const statements = [
    sql`delete from associate where associate_id = ${KAI}`,
    sql`delete from associate`,
    sql`update associate set associate_id = ${EVA + 100} where associate_id = ${EVA}`,
  ]
  for (const { site } of [north, ee])
    for (const statement of statements)
      await expect(site.db.change(write => write.run(statement))).rejects.toMatchObject(refusal)
})

test('a user who is deleted at central goes from every database', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await office.site.db.change(write => write.run(NEW_USER(99)))
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await office.desk.delete('associate', 99)
  await north.exchange()
  await ee.exchange()
  expect(await north.desk.get('associate', 99)).toBeUndefined()
  expect(await ee.desk.get('associate', 99)).toBeUndefined()
})

test('what is known of a user may be changed anywhere', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.desk.update('associate', EVA, { name: 'eva' }, EVA)
  await north.exchange()
  expect(await office.desk.get('associate', EVA)).toMatchObject({ name: 'eva' })
})
