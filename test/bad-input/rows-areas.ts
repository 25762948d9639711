/** Areas: what makes no sense, and what would leave somebody without what they left with. `ee` is away with everything. */
import { sql } from 'kysely'
import { buildPrototype } from '../../src/prototype/build.ts'
import type { AreaEdit } from '../../src/travel/area-change.ts'
import { createArea, editArea, removeArea } from '../../src/travel/areas.ts'
import { previewArea } from '../../src/travel/preview.ts'
import type { Scene } from '../support/bad-input-scene.ts'
import type { Row } from './rows.ts'

const NAMELESS = 'an area without a name'
const UNKNOWN = 'an unknown associate'
const IN_TWO = 'a person in two areas'
const IN_USE = 'deleting an area in use'
const STRANDING = 'editing a rule that would strand someone away'

const create =
  (area: AreaEdit & { name: string }) =>
  ({ office }: Scene) =>
    createArea(office.site, area)

const edit =
  (change: AreaEdit) =>
  ({ office }: Scene) =>
    editArea(office.site, 'North', change)

const preview =
  (change: AreaEdit) =>
  ({ office }: Scene) =>
    previewArea(office.site, 'North', change)

const remove = ({ office }: Scene) => removeArea(office.site, 'North')

/** `jo` is assigned there, and has not left. */
const north = create({ name: 'North', include: ['jo'], assign: ['jo'] })

async function joAwayWithNorth(scene: Scene): Promise<void> {
  const { id } = await north(scene)
  await buildPrototype(scene.office.site, id)
  await scene.office.leave('jo', { folder: scene.place('jo') })
}

async function beingBuilt(scene: Scene): Promise<void> {
  const { id } = await create({ name: 'North', include: ['jo'] })(scene)
  await scene.office.site.db.change(write =>
    write.run(
      sql`insert into travelgenerateddatabase (travelgenerateddatabase_id, area_id, state) values (99, ${id}, 65535)`,
    ),
  )
}

export const areaRows: readonly Row[] = [
  { input: NAMELESS, step: 'create it', answer: 'AREA_INVALID', run: create({ name: '' }) },
  { input: NAMELESS, step: 'create one of spaces', answer: 'AREA_INVALID', run: create({ name: ' \t' }) },
  {
    input: NAMELESS,
    step: 'take the name away',
    answer: 'AREA_INVALID',
    make: north,
    run: edit({ name: '' }),
  },
  {
    input: UNKNOWN,
    step: 'include one',
    answer: 'ASSOCIATE_UNKNOWN',
    run: create({ name: 'North', include: ['jo', 'nobody'] }),
  },
  {
    input: UNKNOWN,
    step: 'assign one',
    answer: 'ASSOCIATE_UNKNOWN',
    make: north,
    run: edit({ assign: [99] }),
  },
  {
    input: UNKNOWN,
    step: 'preview one',
    answer: 'ASSOCIATE_UNKNOWN',
    make: north,
    run: preview({ include: ['nobody'] }),
  },
  {
    input: IN_TWO,
    step: 'create a second one for them',
    answer: 'AREA_PERSON_TAKEN',
    make: north,
    run: create({ name: 'South', assign: ['jo'] }),
  },
  {
    input: IN_TWO,
    step: 'assign them to another',
    answer: 'AREA_PERSON_TAKEN',
    make: async scene => {
      await create({ name: 'South', assign: ['jo'] })(scene)
      await create({ name: 'North', include: ['jo'] })(scene)
    },
    run: edit({ assign: ['jo'] }),
  },
  { input: IN_USE, step: 'somebody is assigned', answer: 'AREA_IN_USE', make: north, run: remove },
  {
    input: IN_USE,
    step: 'somebody is away with it',
    answer: 'AREA_IN_USE',
    make: joAwayWithNorth,
    run: remove,
  },
  { input: IN_USE, step: 'a prototype is being built', answer: 'AREA_IN_USE', make: beingBuilt, run: remove },
  {
    input: STRANDING,
    step: 'take out who is away with it',
    answer: 'AREA_PERSON_AWAY',
    make: joAwayWithNorth,
    run: edit({ unassign: ['jo'] }),
  },
  {
    input: STRANDING,
    step: 'include nobody any more',
    answer: 'AREA_PERSON_AWAY',
    make: joAwayWithNorth,
    run: edit({ exclude: ['jo'] }),
  },
  {
    input: STRANDING,
    step: 'assign who is away with everything',
    answer: 'AREA_PERSON_AWAY',
    make: north,
    run: edit({ assign: ['ee'] }),
  },
]
