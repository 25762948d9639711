/** Who leaves an area is in the log by name, whichever program took them out (SPEC 2). */
import { expect, test } from 'vitest'
import { logTypeName } from '../../src/log/types.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook } from '../support/notebook-world.ts'
import { type Office, openOffice } from '../support/office.ts'

const [EE, JO, NORTH, SOUTH] = [2, 3, 1, 2]

async function officeWithAreas(): Promise<Office> {
  const office = await openOffice({ dictionary: notebook, fill: fillNotebook })
  await office.sql(`insert into area (area_id, name) values (${NORTH}, 'North')`)
  await office.sql(`insert into area (area_id, name) values (${SOUTH}, 'South')`)
  for (const table of ['areauserinclusion', 'areauserassignment'])
    await office.sql(`insert into ${table} (${table}_id, area_id, associate_id) values (7, ${NORTH}, ${EE})`)
  await news(office)
  return office
}

/** "DeleteAreaUserInclusion 41 1 (2)": table number, record, previous. */
const news = (office: Office) =>
  office.site.db.change(async write =>
    (await write.log.readNew(100)).map(
      row =>
        `${logTypeName(row.type)} ${row.table} ${row.record}${row.previous === 0 ? '' : ` (${row.previous})`}`,
    ),
  )

test('whoever is no longer included, or assigned, is named beside the deletion', async () => {
  await using office = await officeWithAreas()
  await office.sql('delete from areauserinclusion')
  await office.sql('delete from areauserassignment')

  expect(await news(office)).toEqual([
    ...['Delete 41 7', `DeleteAreaUserInclusion 41 ${NORTH} (${EE})`],
    ...['Delete 40 7', `DeleteAreaUserAssignment 40 ${NORTH} (${EE})`],
  ])
})

test('a row that comes to name another person, or another area, takes somebody out', async () => {
  await using office = await officeWithAreas()
  await office.sql(`update areauserassignment set associate_id = ${JO}`)
  await office.sql(`update areauserassignment set area_id = ${SOUTH}`)
  await office.sql(
    `replace into areauserinclusion (areauserinclusion_id, area_id, associate_id) values (7, ${NORTH}, ${JO})`,
  )

  expect(await news(office)).toEqual([
    ...['Update 40 7', `DeleteAreaUserAssignment 40 ${NORTH} (${EE})`],
    ...['Update 40 7', `DeleteAreaUserAssignment 40 ${NORTH} (${JO})`],
    ...['Update 41 7', `DeleteAreaUserInclusion 41 ${NORTH} (${EE})`],
  ])
})

test('a change of anything else takes nobody out', async () => {
  await using office = await officeWithAreas()
  await office.sql(`update areauserassignment set updatedcount = 1`)
  await office.sql(`update area set name = 'Northern' where area_id = ${NORTH}`)

  expect(await news(office)).toEqual(['Update 40 7', 'Update 38 1'])
})
