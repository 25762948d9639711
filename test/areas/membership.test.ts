/** The journal of membership against the reference, after any edits of the data and of the areas. */
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { keepMembership } from '../../src/areas/upkeep.ts'
import type { Table } from '../../src/dictionary/model.ts'
import { readLog } from '../../src/log/reader.ts'
import { LOG } from '../../src/log/types.ts'
import { Journal } from '../../src/simulate/reference/journal.ts'
import { Membership } from '../../src/simulate/reference/membership.ts'
import { crmSays } from '../support/areas/crm-rules.ts'
import { type AreaEdit, edit, edits } from '../support/areas/edits.ts'
import type { World } from '../support/history/world.ts'
import { type Office, openOffice } from '../support/office.ts'
import { crmAreasWorld } from '../support/worlds/crm-areas-world.ts'
import { shippingAreasWorld } from '../support/worlds/shipping-areas-world.ts'

const RUNS = Number(process.env.HOMECOMING_TEST_RUNS ?? 12)
const SEED = process.env.HOMECOMING_TEST_SEED
const settings = { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) }

interface Look {
  readonly membership: Membership
  readonly journal: Journal
  /** "table record" of what was inserted since the log began, with the id of its last Insert. */
  readonly inserted: ReadonlyMap<string, number>
}

describe.each([shippingAreasWorld, crmAreasWorld])('in the $name', world => {
  test('whatever is edited, the journal holds what the rules say, and tells what entered and left', async () => {
    await fc.assert(
      fc.asyncProperty(edits(40), async history => {
        expect(await wrongAfter(world, history)).toEqual([])
      }),
      settings,
    )
  }, 3_600_000)
})

test("the dictionary's rules of the CRM are those that SPEC names", async () => {
  await fc.assert(
    fc.asyncProperty(edits(60), async history => {
      await using office = await openWorld(crmAreasWorld)
      for (const each of history) await edit(office, crmAreasWorld, each)
      const membership = await Membership.of(office.site)
      const differing = membership.areas().flatMap(area =>
        office.site.dictionary.dictionary.tables.flatMap(table =>
          [...membership.rows.get(table.name)!.keys()].filter(id => {
            const said =
              membership.isEverything(area) || (crmSays(membership.rows, area, table.name, id) ?? true)
            return said !== membership.isMember(area, table.name, id)
          }),
        ),
      )
      expect(differing).toEqual([])
    }),
    settings,
  )
}, 3_600_000)

const openWorld = (world: World): Promise<Office> =>
  openOffice({ dictionary: world.dictionary, fill: site => world.fill(site) })

async function wrongAfter(world: World, history: readonly AreaEdit[]): Promise<string[]> {
  await using office = await openWorld(world)
  const wrong: string[] = []
  let before = await look(office)
  wrong.push(...before.journal.differences(office.site.dictionary, before.membership))
  for (const [index, each] of history.entries()) {
    if (each.kind !== 'look') await edit(office, world, each)
    if (each.kind !== 'look' && index < history.length - 1) continue
    const after = await look(office)
    wrong.push(...after.journal.differences(office.site.dictionary, after.membership))
    wrong.push(...wrongMoves(office, before, after))
    before = after
  }
  return wrong
}

async function look(office: Office): Promise<Look> {
  const position = await office.site.db.change(async write => {
    const read = await readLog(write)
    await keepMembership(office.site, write, read)
    return read
  })
  return {
    membership: await Membership.of(office.site),
    journal: await Journal.read(office.site, position),
    inserted: await insertsIn(office),
  }
}

async function insertsIn(office: Office): Promise<Map<string, number>> {
  const inserted = new Map<string, number>()
  await office.site.db.snapshot(async read => {
    const rows = await read.rows(sql<{
      t: number
      r: number
      id: number
    }>`select tablenumber as t, record_id as r,
      traveltransactionlog_id as id from traveltransactionlog where type = ${LOG.insert} order by 3`)
    for (const row of rows) inserted.set(`${row.t} ${row.r}`, row.id)
  })
  return inserted
}

/** An area of everything has no moves but those of turning into it: its versions tell what was deleted. Where it turns back, more
 *  may be told to leave than had come. A record moved if its membership differs; one that came back or is new says so by its version, and may have no move. */
function wrongMoves(office: Office, before: Look, after: Look): string[] {
  const areas = after.membership
    .areas()
    .filter(area => ![before, after].every(({ membership }) => membership.isEverything(area)))
  const byArea = office.site.dictionary.tables.filter(table => (table.membership ?? []).length > 0)
  return byArea.flatMap(table => {
    const ids = [before, after].flatMap(each => [...each.membership.rows.get(table.name)!.keys()])
    return areas.flatMap(area => [...new Set(ids)].flatMap(id => wrongMove(before, after, area, table, id)))
  })
}

function wrongMove(before: Look, after: Look, area: number, table: Table, id: number): string[] {
  const was = before.membership.isMember(area, table.name, id)
  const is = after.membership.isMember(area, table.name, id)
  const told = after.journal.moveSince(before.journal.position, area, table, id)
  const gone = !is && after.membership.isEverything(area)
  const right = was === is || gone ? 'no move' : is ? 'entered' : 'left'
  const key = `${table.number} ${id}`
  const isNew = after.inserted.get(key) !== before.inserted.get(key)
  if ((told ?? 'no move') === right || (isNew && is && told !== 'left')) return []
  if (isNew && !is && before.membership.isEverything(area)) return []
  return [`${table.name} ${id} in area ${area}: ${told ?? 'no move'} instead of ${right}`]
}
