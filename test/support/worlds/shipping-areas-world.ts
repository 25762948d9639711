/** The shipping model in areas: every kind of rule, old voyages, details that several ships share. */
import type { World } from '../history/world.ts'
import { withAreas } from './areas-of.ts'
import { shippingFieldWorld, shippingWorld } from './shipping-world.ts'

const OLD = '2025-06-01T00:00:00Z'
const NEW = '2026-01-02T00:00:00Z'

const people: Parameters<typeof withAreas>[1] = site =>
  site.db.change(write =>
    write.insert({ table: 'crew', key: ['crew_id'], columns: ['login', 'full_name'] }, [
      [4, 'kk', 'Kai'],
      [5, 'll', 'Liv'],
    ]),
  )

const changes: Partial<World> = {
  tables: [
    ...['ship', 'ship', 'ship', 'shipdetails', 'voyage', 'voyage', 'cargo', 'cargo', 'note', 'note', 'link'],
    ...['setting', 'ownship', 'port', 'crew'],
  ],
  values(table, seed, pick) {
    const values = shippingWorld.values(table, seed, pick)
    const who = 1 + (seed % 5)
    switch (table) {
      case 'ship':
        return {
          ...values,
          captain_id: who,
          // Mostly one owner alone: a ship that two people own seldom leaves.
          engineer_id: seed % 7 === 0 ? 1 + (seed % 4) : 0,
          details_id: pick('shipdetails'),
        }
      case 'voyage':
        return { ...values, officer_id: seed % 2 === 0 ? 0 : who, departs: seed % 4 === 0 ? OLD : NEW }
      case 'setting':
        return { ...values, crew_id: seed % 5 === 0 ? 0 : pick('crew') }
      case 'shipdetails':
        return { tonnage: seed / 4, decks: seed % 100 }
      default:
        return values
    }
  },
}

export const shippingAreasWorld = withAreas(shippingWorld, people, changes)
export const shippingFieldAreasWorld = withAreas(shippingFieldWorld, people, changes)
