/** SPEC 10, "After a break": a satellite is restored from an older copy: it is a child, and has children. */
import { cpSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { machine } from '../../src/app/wire.ts'
import { openSite } from '../../src/travel/open.ts'
import { restored } from '../../src/travel/restored.ts'
import { verify } from '../../src/travel/verify.ts'
import { EVA, openAtHome } from '../support/areas/regions.ts'
import { type Branch, openBranch } from '../support/branch.ts'
import type { Desk } from '../support/office.ts'
import { backupOfOffice, restoreOffice } from './copies.ts'

const files = ({ site }: Branch): string[] => [basename(site.path), `${basename(site.path)}-wal`]

function backupOf(branch: Branch): void {
  const folder = dirname(branch.site.path)
  for (const name of files(branch)) cpSync(join(folder, name), join(folder, 'backup', name))
}

async function restore(branch: Branch): Promise<void> {
  const { path } = branch.site
  await branch.site.db.close()
  for (const name of [...files(branch), `${basename(path)}-shm`])
    rmSync(join(dirname(path), name), { force: true })
  cpSync(join(dirname(path), 'backup'), dirname(path), { recursive: true })
  branch.desk.site = await openSite(machine({ clock: branch.clock }), { path })
  await restored(branch.site)
}

const names = async (desk: Desk): Promise<string[]> =>
  (await desk.rows(sql<{ name: string }>`select name from contact where name like 'x %' order by name`)).map(
    row => row.name,
  )

test('a restored satellite gets back what central has and what its own traveller has, and goes on', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await ee.exchange()
  await north.exchange()
  backupOf(north)
  office.clock.pass(60)
  const lost = await north.desk.insert('contact', { name: 'x sent to central', associate_id: EVA }, EVA)
  await north.exchange()
  await ee.desk.insert('contact', { name: 'x by ee', associate_id: EVA }, EVA)
  await ee.exchange()

  await restore(north)
  office.clock.pass(60)
  expect(await names(north.desk)).toEqual(['x by ee'])
  const kept = await north.desk.insert('contact', { name: 'x after', associate_id: EVA }, EVA)
  expect(kept).toBeGreaterThan(lost + 65_000)
  for (let round = 0; round < 2; round++) {
    await north.exchange()
    await ee.exchange()
  }
  await north.exchange()

  for (const desk of [office.desk, north.desk, ee.desk])
    expect(await names(desk)).toEqual(['x after', 'x by ee', 'x sent to central'])
  expect((await verify(office.site, north.site)).differences).toEqual([])
  expect((await verify(north.site, ee.site)).differences).toEqual([])
})

test('a restored central gets back what its satellite has, also what a traveller of the satellite did', async () => {
  await using office = await openAtHome()
  await using north = await openBranch(office, 'North')
  await north.exchange()
  await north.build()
  const ee = await north.leave('ee')
  await ee.exchange()
  await north.exchange()
  backupOfOffice(office)
  office.clock.pass(60)
  await office.desk.insert('contact', { name: 'x by central', associate_id: EVA }, EVA)
  await north.desk.insert('contact', { name: 'x by the satellite', associate_id: EVA }, EVA)
  await ee.desk.insert('contact', { name: 'x by ee', associate_id: EVA }, EVA)
  await ee.exchange()
  await north.exchange()
  await north.exchange()
  await ee.exchange()

  await restoreOffice(office)
  expect(await names(office.desk)).toEqual([])
  await north.exchange()
  await ee.exchange()
  await north.exchange()

  for (const desk of [office.desk, north.desk, ee.desk])
    expect(await names(desk)).toEqual(['x by central', 'x by ee', 'x by the satellite'])
  expect((await verify(office.site, north.site)).differences).toEqual([])
  expect((await verify(north.site, ee.site)).differences).toEqual([])
})
