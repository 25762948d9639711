import { expect, test } from 'vitest'
import { takeNumber } from '../../src/app/take.ts'
import { writeSetting } from '../../src/log/settings.ts'
import { checkLogin, setCentralLogin } from '../../src/travel/login.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

const numbered = {
  ...notebook,
  tables: notebook.tables.map(table =>
    table.name === 'book'
      ? { ...table, fields: [...table.fields, { name: 'number', type: 'int32', default: 0, series: true }] }
      : table,
  ),
}

const open = () => openOffice({ dictionary: numbered, fill: fillNotebook })
const next = (place: { site: Parameters<typeof takeNumber>[0] }) => takeNumber(place.site, 'book', 'number')

test('the first traveller out numbers from 250000, the next from 300000, the office from 1', async () => {
  await using office = await open()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  expect([await next(office), await next(office)]).toEqual([1, 2])
  expect([await next(ee), await next(ee)]).toEqual([250_000, 250_001])
  expect(await next(jo)).toBe(300_000)
})

test('a freed series goes to the next person leaving, lowest first, and goes on where it stopped', async () => {
  await using office = await open()
  const ee = await office.leave('ee')
  const jo = await office.leave('jo')
  await next(ee)
  await next(ee)
  await next(jo)
  await jo.comeHome()
  await ee.comeHome()
  expect(await next(await office.leave('jo'))).toBe(250_002)
  expect(await next(await office.leave('ee'))).toBe(300_001)
})

test('the series of a laptop that was written off is never lent again', async () => {
  await using office = await open()
  await office.leave('ee')
  await writeOff(office.site, 'ee')
  expect(await next(await office.leave('jo'))).toBe(300_000)
})

test('the office steps over what is lent', async () => {
  await using office = await open()
  await office.leave('ee')
  await office.site.db.change(write =>
    write.upsert({ table: 'hc_counter', key: ['name'], columns: ['value'] }, [
      [`Counter-${103 * 256 + 4}-0-0`, 249_999],
    ]),
  )
  expect(await next(office)).toBe(300_000)
})

test('running out of a series refuses with a clear error', async () => {
  await using office = await open()
  const ee = await office.leave('ee')
  await ee.site.db.change(write => writeSetting(write, 'series-step', '2'))
  expect([await next(ee), await next(ee)]).toEqual([250_000, 250_001])
  await expect(next(ee)).rejects.toMatchObject({ code: 'SERIES_EXHAUSTED', values: { series: 250_000 } })
})

test('while a person is away the office asks before it lets him in', async () => {
  await using office = await open()
  expect(await checkLogin(office.site, 'ee')).toBe('write')
  const ee = await office.leave('ee')
  await expect(checkLogin(office.site, 'ee')).rejects.toMatchObject({ code: 'LOGIN_REFUSED' })
  await setCentralLogin(office.site, 'ReadOnly')
  expect(await checkLogin(office.site, 'ee')).toBe('read')
  await setCentralLogin(office.site, 'Yes')
  expect(await checkLogin(office.site, 'ee')).toBe('write')
  await ee.comeHome()
  await setCentralLogin(office.site, 'No')
  expect(await checkLogin(office.site, 'ee')).toBe('write')
})
