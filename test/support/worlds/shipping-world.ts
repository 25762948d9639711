/** The shipping model at work: two owners on a ship, typed and pair references, every kind of collision. */
import type { Site } from '../../../src/log/site.ts'
import type { World } from '../history/world.ts'
import { secondModel } from '../second-model.ts'

const SHIP = 310
const VOYAGE = 320
const CARGO = 321

async function fill(site: Site): Promise<void> {
  await site.db.change(async write => {
    await write.insert({ table: 'crew', key: ['crew_id'], columns: ['login', 'full_name'] }, [
      [1, 'admin', 'Ada'],
      [2, 'ee', 'Eva'],
      [3, 'jo', 'Jon'],
    ])
    await write.insert({ table: 'port', key: ['port_id'], columns: ['code', 'name'] }, [[1, 'P0', 'Oslo']])
    await write.insert({ table: 'ship', key: ['ship_id'], columns: ['name', 'captain_id', 'engineer_id'] }, [
      [1, 'Fram', 2, 3],
      [2, 'Gjoa', 3, 1],
    ])
    await write.insert({ table: 'voyage', key: ['voyage_id'], columns: ['ship_id', 'officer_id', 'title'] }, [
      [1, 1, 2, 'north'],
      [2, 2, 3, 'west'],
    ])
    await write.insert({ table: 'cargo', key: ['cargo_id'], columns: ['voyage_id', 'goods'] }, [
      [1, 1, 'dogs'],
      [2, 2, 'tents'],
    ])
  })
}

export const shippingWorld: World = {
  name: 'shipping',
  dictionary: secondModel,
  fill,
  travellers: ['ee', 'jo'],
  tables: ['ship', 'voyage', 'cargo', 'note', 'link', 'port', 'setting', 'crew', 'ownship', 'ship', 'cargo'],
  marks: {
    crew: 'full_name',
    port: 'name',
    ship: 'call_sign',
    voyage: 'title',
    cargo: 'goods',
    note: 'body',
    link: 'remark',
    setting: 'value',
  },
  values(table, seed, pick) {
    const small = seed % 3
    switch (table) {
      case 'crew':
        return { login: `sailor ${seed % 4}`, home_port_id: pick('port') }
      case 'port':
        return { code: `P${seed % 4}` }
      case 'ship':
        return {
          name: `ship ${seed % 5}`,
          captain_id: 1 + small,
          engineer_id: 1 + (seed % 2),
          home_port_id: pick('port'),
        }
      case 'voyage':
        return { ship_id: pick('ship'), destination_id: pick('port'), officer_id: 1 + small }
      case 'cargo':
        return { voyage_id: pick('voyage'), weight: seed / 4 }
      case 'note':
        return { about: 1 + small, owner_id: pick((['ship', 'voyage', 'crew'] as const)[small]!) }
      case 'link':
        return {
          from_table: SHIP,
          from_record: pick('ship'),
          to_table: small === 0 ? VOYAGE : CARGO,
          to_record: pick(small === 0 ? 'voyage' : 'cargo'),
        }
      case 'setting':
        return { crew_id: pick('crew'), name: `setting ${seed % 2}` }
      default:
        return { ship_id: pick('ship') }
    }
  },
}

export const shippingFieldWorld: World = {
  ...shippingWorld,
  name: 'shipping, field by field',
  fieldLevel: ['ship', 'voyage', 'cargo', 'note', 'port', 'setting'],
}
