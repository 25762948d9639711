/**
 * Versions: what central knows of the records in a copy, given to a satellite that has travellers already, so that it can
 * judge what they bring and tell them what they have missed.
 */
import { sql } from 'kysely'
import type { AreaSlot } from '../areas/definitions.ts'
import { isMember } from '../areas/membership.ts'
import type { Row } from '../core/values.ts'
import type { Table } from '../dictionary/model.ts'
import { Databases } from '../log/databases.ts'
import type { Site } from '../log/site.ts'
import { NOBODY, PARENT_LINK } from '../log/version.ts'
import type { Writing } from '../storage/contract.ts'

const BLOCK = 1_000

/** @param read of central @param write in the copy @param position at which its travellers hear of them */
export async function giveVersions(
  site: Site,
  read: Writing,
  write: Writing,
  area: AreaSlot,
  position: number,
): Promise<void> {
  const makers = { here: await Databases.read(read), there: await Databases.read(write) }
  for (const table of site.dictionary.captured) {
    await give(read, write, makers, whole(area, table), position)
    await give(read, write, makers, byField(area, table), position)
  }
  await giveLeft(read, write, area, position)
}

interface Source {
  readonly table: string
  /** Besides maker, maker_position, time and associate. */
  readonly own: readonly string[]
  readonly key: readonly string[]
  readonly where: ReturnType<typeof sql>
}

const whole = (area: AreaSlot, table: Table): Source => ({
  table: 'hc_version',
  key: ['tablenumber', 'record_id'],
  own: ['deleted'],
  where: sql`v.tablenumber = ${table.number} and (v.deleted = 1 or ${isMember(area, table, sql.ref('v.record_id'))})`,
})

const byField = (area: AreaSlot, table: Table): Source => ({
  table: 'hc_field_version',
  key: ['tablenumber', 'record_id', 'field'],
  own: [],
  where: sql`v.tablenumber = ${table.number} and ${isMember(area, table, sql.ref('v.record_id'))}`,
})

interface Makers {
  readonly here: Databases
  readonly there: Databases
}

async function give(
  read: Writing,
  write: Writing,
  makers: Makers,
  { table, key, own, where }: Source,
  position: number,
): Promise<void> {
  const columns = ['maker', 'maker_position', 'time', 'associate_id', ...own]
  const names = sql.join([...key, ...columns].map(name => sql.ref(`v.${name}`)))
  const into = [...columns, 'position', 'link', 'agreed_maker', 'agreed_position']
  for await (const rows of read.batches(
    sql`select ${names} from ${sql.table(table)} v where ${where}`,
    BLOCK,
  )) {
    const given: Row[] = []
    for (const row of rows) given.push(await asThere(makers, row, key.length, position))
    await write.upsert({ table, key, columns: into }, given)
  }
}

async function asThere(makers: Makers, row: Row, at: number, position: number): Promise<Row> {
  const maker = await numberThere(makers, row[at] as number)
  const name = maker === NOBODY ? [null, null] : [maker, row[at + 1]!]
  return [...row.slice(0, at), maker, ...row.slice(at + 1), position, PARENT_LINK, ...name]
}

const numberThere = async ({ here, there }: Makers, maker: number): Promise<number> =>
  maker === NOBODY ? NOBODY : there.numberOf(here.tagOf(maker))

/** Whoever is on the road may still have it. */
async function giveLeft(read: Writing, write: Writing, area: AreaSlot, position: number): Promise<void> {
  const query = sql`select tablenumber, record_id from hc_move where area_id = ${area.area_id} and entered = 0`
  for await (const rows of read.batches(query, BLOCK))
    await write.upsert(
      { table: 'hc_left', key: ['tablenumber', 'record_id'], columns: ['position'] },
      rows.map(row => [...row, position]),
    )
}
