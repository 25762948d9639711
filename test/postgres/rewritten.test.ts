/** What a server gives back in a form of its own: both sides soon hold the same, and nobody is told of a difference. */
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { conflicts } from '../../src/app/look.ts'
import { createSatellite } from '../../src/app/satellites.ts'
import { machine } from '../../src/app/wire.ts'
import type { Value } from '../../src/core/values.ts'
import type { FieldType } from '../../src/dictionary/model.ts'
import type { Site } from '../../src/log/site.ts'
import { createArea } from '../../src/travel/areas.ts'
import { openSite } from '../../src/travel/open.ts'
import { verify } from '../../src/travel/verify.ts'
import { Branch } from '../support/branch.ts'
import { onPostgres } from '../support/central.ts'
import { notebook } from '../support/notebook.ts'
import { Desk, type Office, openOffice } from '../support/office.ts'
import { unlike } from '../support/sameness.ts'

/** A field's type and the column of an application; what is written, what a column of ours makes of it, and what theirs. */
const CASES: readonly Case[] = [
  ['decimal', 'numeric(10, 2)', '1.5', '1.5', '1.50'],
  ['decimal', 'numeric(10, 2)', '2.345', '2.345', '2.35'],
  ['decimal', 'numeric(10, 2)', '1e2', '100', '100.00'],
  ['decimal', 'numeric(6, 0)', '007', '7'],
  ['decimal', 'numeric', '-0.0', '0.0'],
  ['text', 'char(8)', 'NO', 'NO', 'NO      '],
  ['text', 'varchar(3)', 'NO   ', 'NO   ', 'NO '],
  ['json', 'jsonb', '{"b":1,"a":[1]}', '{"b":1,"a":[1]}', '{"a": [1], "b": 1}'],
  ['uuid', 'uuid', '7D444840-9DC0-11D1-B245-5FFDCE74FAD2', '7d444840-9dc0-11d1-b245-5ffdce74fad2'],
  ['uuid', 'uuid', '{7d4448409dc011d1b2455ffdce74fad2}', '7d444840-9dc0-11d1-b245-5ffdce74fad2'],
  ['datetime', 'timestamptz', '2026-01-05 09:30:00+01:00', '2026-01-05T08:30:00Z'],
  ['datetime', 'timestamptz', '2026-01-05T08:30:00.500000Z', '2026-01-05T08:30:00.5Z'],
  ['datetime', 'timestamp', '2026-01-05T08:30:00.000Z', '2026-01-05T08:30:00Z'],
  ['datetime', 'timestamptz(0)', '2026-01-05T08:30:00.7Z', '2026-01-05T08:30:00.7Z', '2026-01-05T08:30:01Z'],
  ['date', 'date', '2026-1-5', '2026-01-05'],
]

type Case = readonly [type: FieldType, column: string, written: string, ours: string, theirs?: string]

const fieldOf = (index: number): string => `field_${index}`
const all = (of: (one: Case) => Value): Record<string, Value> =>
  Object.fromEntries(CASES.map((one, index) => [fieldOf(index), of(one)]))

const WRITTEN = all(([, , written]) => written)
const OURS = all(([, , , ours]) => ours)
const THEIRS = all(([, , , ours, theirs = ours]) => theirs)

const model = {
  ...notebook,
  tables: [
    notebook.tables[0],
    {
      name: 'thing',
      number: 102,
      fields: [
        { name: 'thing_id', type: 'id' },
        { name: 'note', type: 'text', default: '' },
        ...CASES.map(([type], index) => ({ name: fieldOf(index), type, nullable: true })),
      ],
      travels: { down: true, up: true, prototype: true, area: false },
    },
  ],
}

/** An office whose columns are those of an application. */
async function openTheirs(fieldLevel: string[]): Promise<Office> {
  const office = await openOffice({ dictionary: model, fill, at: onPostgres, fieldLevel })
  for (const [index, [, column]] of CASES.entries())
    await office.sql(`alter table thing alter column ${fieldOf(index)} type ${column}`)
  return office
}

describe.each([false, true])('field by field: %s', byField => {
  const fieldLevel = byField ? ['thing'] : []

  test('a laptop hears what its office made of what it wrote', async () => {
    await using office = await openTheirs(fieldLevel)
    const ee = await office.leave('ee')
    const born = await ee.desk.insert('thing', WRITTEN)
    await ee.desk.update('thing', 1, WRITTEN)
    await ee.exchange()
    await ee.exchange()

    expect(await office.desk.get('thing', 1)).toMatchObject(THEIRS)
    expect(await ee.desk.get('thing', 1)).toMatchObject(THEIRS)
    expect(await ee.desk.get('thing', born)).toMatchObject(THEIRS)
    await expectRest(office.site, ee.site, () => ee.exchange())
  })

  test('who edits again before that is heard of is in nobody’s way', async () => {
    await using office = await openTheirs(fieldLevel)
    const ee = await office.leave('ee')
    for (const note of ['one', 'two', 'three']) {
      await ee.desk.update('thing', 1, { ...WRITTEN, note })
      office.clock.pass(60)
      await ee.exchange()
    }
    await ee.exchange()

    expect(await conflicts(office.site)).toEqual([])
    expect(await ee.desk.get('thing', 1)).toMatchObject({ ...THEIRS, note: 'three' })
    await expectRest(office.site, ee.site, () => ee.exchange())
  })

  test('what a trigger of the office makes of a row before it is stored is heard, too', async () => {
    await using office = await openOffice({ dictionary: model, fill, at: onPostgres, fieldLevel })
    await office.sql(`create function shout() returns trigger language plpgsql as
      $$ begin new.note := upper(new.note); return new; end $$`)
    await office.sql(
      'create trigger shout before insert or update on thing for each row execute function shout()',
    )
    const ee = await office.leave('ee')
    await ee.desk.update('thing', 1, { note: 'no' })
    const born = await ee.desk.insert('thing', { note: 'se' })
    await ee.exchange()
    await ee.exchange()

    expect(await ee.desk.get('thing', 1)).toMatchObject({ note: 'NO' })
    expect(await ee.desk.get('thing', born)).toMatchObject({ note: 'SE' })
    await expectRest(office.site, ee.site, () => ee.exchange())
  })

  test('an office on a server, of a central that keeps files, holds the same in its own words', async () => {
    await using central = await openOffice({ dictionary: model, fill, at: onFile, fieldLevel })
    await using branch = await branchOnServer(central)
    const settle = async () => {
      central.clock.pass(60)
      await branch.exchange()
      await branch.exchange()
    }
    await central.desk.update('thing', 1, WRITTEN)
    await branch.desk.update('thing', 2, WRITTEN)
    await settle()
    expect(await branch.desk.get('thing', 1)).toMatchObject(OURS)
    expect(await central.desk.get('thing', 2)).toMatchObject(OURS)
    await expectRest(central.site, branch.site, () => branch.exchange())

    await branch.desk.update('thing', 1, { note: 'beside it' })
    await settle()
    expect(await central.desk.get('thing', 1)).toMatchObject({ note: 'beside it' })
    await expectRest(central.site, branch.site, () => branch.exchange())
  })
})

/** Nothing is left to say, both ends hold the same, and nobody has ever noted that they did not. */
async function expectRest(parent: Site, child: Site, exchange: () => Promise<unknown>): Promise<void> {
  expect(await exchange()).toMatchObject({ sent: [], received: [], refused: [] })
  expect(await unlike(parent, child)).toEqual([])
  expect(await verify(parent, child)).toMatchObject({ same: true })
  for (const site of [parent, child]) {
    const differences = sql<Value>`select * from hc_difference`
    expect(await site.db.snapshot(read => read.rows(differences))).toEqual([])
    expect(await site.db.snapshot(read => read.rows(sql`select * from hc_held`))).toEqual([])
  }
}

const onFile = async (folder: string): Promise<string> => join(folder, 'central.db')

async function branchOnServer(central: Office): Promise<Branch> {
  await createArea(central.site, { name: 'Whole', allData: true })
  const address = await onPostgres(join(central.folder, 'branch'))
  const created = await createSatellite(central.site, { area: 'Whole', folder: address })
  const site = await openSite(machine({ clock: central.clock }), { path: created.database })
  return new Branch(central, join(central.folder, 'branch'), new Desk(site, central.clock))
}

async function fill(site: Site): Promise<void> {
  await site.db.change(async write => {
    await write.insert({ table: 'person', key: ['person_id'], columns: ['login'] }, [
      [1, 'admin'],
      [2, 'ee'],
    ])
    await write.insert({ table: 'thing', key: ['thing_id'], columns: [] }, [[1], [2]])
  })
}
