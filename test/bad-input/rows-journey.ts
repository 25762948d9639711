/** People, rights, ids, numbers and names. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { goOnTravel } from '../../src/app/journey.ts'
import { takeIds, takeNumber } from '../../src/app/take.ts'
import { lastId, TRAVEL_PREFIX } from '../../src/core/ids.ts'
import { mergeCounters } from '../../src/log/counters.ts'
import { readSetting } from '../../src/log/settings.ts'
import type { Site } from '../../src/log/site.ts'
import { deactivate } from '../../src/travel/activate.ts'
import { switchFieldLevel } from '../../src/travel/field-level.ts'
import { checkLogin } from '../../src/travel/login.ts'
import { setTravelRight } from '../../src/travel/people.ts'
import { receive } from '../../src/travel/receive.ts'
import { SERIES_STEP } from '../../src/travel/series.ts'
import { writeOff } from '../../src/travel/write-off.ts'
import type { Scene } from '../support/bad-input-scene.ts'
import { onlyFile } from '../support/damage.ts'
import type { Row } from './rows.ts'

const RUNNING_OUT = 'ids or a number series running out'
const NOT_THERE = 'an associate, table or field that does not exist'

const leave =
  (associate: string, folder = 'elsewhere') =>
  (scene: Scene): Promise<unknown> =>
    goOnTravel(scene.office.site, { associate, folder: scene.place(folder) })

const right = (scene: Scene, who: string, may: boolean): Promise<void> =>
  scene.office.site.db.change(write => setTravelRight(scene.office.site, write, who, may))

/** The next id is the first of somebody else's range. */
async function useUpIds(site: Site, prefix: number): Promise<void> {
  await site.db.change(write =>
    write.run(sql`update sequence set next_id = ${lastId(prefix) + 1} where tablename = 'note'`),
  )
}

async function useUpSeries({ laptop: { site } }: Scene): Promise<void> {
  await takeNumber(site, 'book', 'number')
  await site.db.change(async write => {
    const series = Number(await readSetting(write, 'series'))
    const [counter] = await write.rows(
      sql<{ name: string }>`select name from hc_counter where name like ${`%-${series}`}`,
    )
    await mergeCounters(write, [[counter!.name, series + SERIES_STEP - 1]])
  })
}

export const journeyRows: readonly Row[] = [
  {
    input: 'no travel right',
    step: 'leave',
    answer: 'NO_TRAVEL_RIGHT',
    make: scene => right(scene, 'jo', false),
    run: leave('jo'),
  },
  { input: 'already away', step: 'leave into another folder', answer: 'ALREADY_AWAY', run: leave('ee') },
  {
    input: 'already away',
    step: 'leave into the same folder',
    answer: 'ALREADY_AWAY',
    run: leave('ee', 'trip-ee-0'),
  },
  {
    input: 'already away',
    step: 'another person leaves into the folder of one who is away',
    answer: 'DATABASE_EXISTS',
    run: leave('jo', 'trip-ee-0'),
  },
  {
    input: 'already away',
    step: 'log in at the office',
    answer: 'LOGIN_REFUSED',
    run: scene => checkLogin(scene.office.site, 'ee'),
  },
  {
    input: 'no prototype',
    step: 'leave',
    answer: 'PROTOTYPE_MISSING',
    make: ({ office: { site } }) => site.db.change(write => write.run(sql`delete from hc_prototype`)),
    run: leave('jo'),
  },
  {
    input: 'no prototype',
    step: 'leave when its file is gone',
    answer: 'PROTOTYPE_DAMAGED',
    make: async scene => rmSync(onlyFile(join(`${scene.central}.homecoming`, 'prototypes'), '.db')),
    run: leave('jo'),
  },
  {
    input: 'deactivating while someone is away',
    step: 'deactivate',
    answer: 'PEOPLE_AWAY',
    run: scene => deactivate(scene.office.site),
  },
  {
    input: RUNNING_OUT,
    step: 'take an id on the road',
    answer: 'ID_RANGE_EXHAUSTED',
    make: scene => useUpIds(scene.laptop.site, TRAVEL_PREFIX),
    run: scene => takeIds(scene.laptop.site, 'note'),
  },
  {
    input: RUNNING_OUT,
    step: 'take an id at the office',
    answer: 'ID_RANGE_EXHAUSTED',
    make: scene => useUpIds(scene.office.site, 0),
    run: scene => takeIds(scene.office.site, 'note'),
  },
  {
    input: RUNNING_OUT,
    step: 'read an UP at an office that has no ids for its records',
    answer: 'ID_RANGE_EXHAUSTED',
    make: async scene => {
      await useUpIds(scene.office.site, 0)
      await scene.up()
    },
    run: scene => receive(scene.office.site, scene.carrier()),
  },
  {
    input: RUNNING_OUT,
    step: 'insert a record with an id of somebody else',
    answer: 'ID_OUT_OF_RANGE',
    run: scene =>
      scene.laptop.site.db.change(write =>
        write.run(sql`insert into note (note_id, book_id) values (${lastId(TRAVEL_PREFIX) + 1}, 1)`),
      ),
  },
  {
    input: RUNNING_OUT,
    step: 'take a number on the road',
    answer: 'SERIES_EXHAUSTED',
    make: useUpSeries,
    run: scene => takeNumber(scene.laptop.site, 'book', 'number'),
  },
  { input: NOT_THERE, step: 'leave', answer: 'ASSOCIATE_UNKNOWN', run: leave('nobody') },
  {
    input: NOT_THERE,
    step: 'give the travel right',
    answer: 'ASSOCIATE_UNKNOWN',
    run: scene => right(scene, 'nobody', true),
  },
  {
    input: NOT_THERE,
    step: 'write off',
    answer: 'ASSOCIATE_UNKNOWN',
    run: scene => writeOff(scene.office.site, 'nobody'),
  },
  {
    input: NOT_THERE,
    step: 'write off one who is here',
    answer: 'NOT_AWAY',
    run: scene => writeOff(scene.office.site, 'jo'),
  },
  {
    input: NOT_THERE,
    step: 'log in',
    answer: 'ASSOCIATE_UNKNOWN',
    run: scene => checkLogin(scene.office.site, 'nobody'),
  },
  {
    input: NOT_THERE,
    step: 'take a number of a table',
    answer: 'TABLE_UNKNOWN',
    run: scene => takeNumber(scene.laptop.site, 'bird', 'number'),
  },
  {
    input: NOT_THERE,
    step: 'take a number of a field',
    answer: 'FIELD_UNKNOWN',
    run: scene => takeNumber(scene.laptop.site, 'book', 'wings'),
  },
  {
    input: NOT_THERE,
    step: 'take an id of a table',
    answer: 'TABLE_UNKNOWN',
    run: scene => takeIds(scene.office.site, 'bird'),
  },
  {
    input: NOT_THERE,
    step: 'switch field-level replication of a table',
    answer: 'TABLE_UNKNOWN',
    run: scene => switchFieldLevel(scene.office.site, 'bird', true),
  },
]
