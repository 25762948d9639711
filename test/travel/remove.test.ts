/** Leaving us: a central database is as it was before. */
import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { machine } from '../../src/app/wire.ts'
import { setCrashHook } from '../../src/core/crash-points.ts'
import type { Site } from '../../src/log/site.ts'
import { openSite } from '../../src/travel/open.ts'
import { finishRemoval, remove } from '../../src/travel/remove.ts'
import { notebook } from '../support/notebook.ts'
import { openOffice } from '../support/office.ts'

const people = async (site: Site) => {
  await site.db.change(write =>
    write.insert({ table: 'person', key: ['person_id'], columns: ['login'] }, [
      [1, 'admin'],
      [2, 'ee'],
    ]),
  )
}
const theirs = new Set(notebook.tables.map(table => table.name))

interface Defined {
  readonly type: string
  readonly name: string
  readonly tbl_name: string
  readonly sql: string | null
}
const schema = (site: Site): Promise<Defined[]> =>
  site.db.snapshot(read =>
    read.rows(sql<Defined>`select type, name, tbl_name, sql from sqlite_schema order by type, name`),
  )

test('after a whole journey every trigger and table of ours goes, and nothing else changes', async () => {
  let before: Defined[] = []
  await using office = await openOffice({
    dictionary: notebook,
    fill: async site => {
      await people(site)
      before = (await schema(site)).filter(each => theirs.has(each.tbl_name))
    },
  })
  const ee = await office.leave('ee')
  await ee.desk.insert('book', { title: 'Rivers', owner_id: 2, topic_id: 0 })
  await ee.exchange()
  await ee.comeHome()
  const { folder, tables } = await remove(office.site)

  expect(before.length).toBeGreaterThan(theirs.size)
  expect(tables).toContain('traveltransactionlog')
  const plain = await office.site.storage.open(office.site.path)
  try {
    const after = await plain.snapshot(read =>
      read.rows(sql<Defined>`select type, name, tbl_name, sql from sqlite_schema order by type, name`),
    )
    expect(after).toEqual(before)
    expect(await plain.snapshot(read => read.row(sql`select title from book`))).toEqual({ title: 'Rivers' })
  } finally {
    await plain.close()
  }
  expect(existsSync(folder)).toBe(false)
  await expect(openSite(machine(), { path: office.site.path })).rejects.toMatchObject({
    code: 'DATABASE_INVALID',
  })
})

test('a removal that was interrupted is ended by asking again, and only then', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: people })
  const { path, home } = office.site
  expect(await finishRemoval(machine(), path)).toBeUndefined()
  setCrashHook(point => {
    if (point === 'remove-committed') throw new Error('the power went')
  })
  await expect(remove(office.site)).rejects.toThrow('the power went')
  setCrashHook(undefined)

  expect(existsSync(home)).toBe(true)
  expect(await finishRemoval(machine(), path)).toEqual({ tables: [], folder: home })
  expect(existsSync(home)).toBe(false)
  expect(await finishRemoval(machine(), path)).toBeUndefined()
})

test('nothing is removed while somebody is away, nor from a travel database', async () => {
  await using office = await openOffice({ dictionary: notebook, fill: people })
  const ee = await office.leave('ee')
  await expect(remove(office.site)).rejects.toMatchObject({ code: 'PEOPLE_AWAY', values: { away: ['ee'] } })
  await expect(remove(ee.site)).rejects.toMatchObject({ code: 'NOT_A_PARENT' })
  expect((await schema(office.site)).some(each => each.name === 'hc_link')).toBe(true)
})
