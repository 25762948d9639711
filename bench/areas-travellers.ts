/**
 * Further travellers: what one more child of an area costs that has got as far as the first (DESIGN: work is per area).
 * The children are links at the parent: their databases are not needed to write for them.
 */
import { sql } from '../src/index.ts'
import { insertLink, type Link, linkById, nextLinkId } from '../src/packet/link.ts'
import { writeDwn } from '../src/packet/write-dwn.ts'
import { newTag } from '../src/platform/keys.ts'
import { keepUp, type Scene } from './areas-scene.ts'
import { median, timed } from './measure.ts'
import type { Place } from './place.ts'
import { compared, figure, type Row } from './row.ts'

const AREAS = 10
const TRAVELLERS = 1_000
const CHANGED = 20_000

export async function travellerRows(place: Place, scene: Scene): Promise<Row[]> {
  const each = Math.max(Math.round((TRAVELLERS / AREAS) * Math.min(1, place.sizes.large / 1_000_000)), 3)
  const links = await cloneLinks(scene, each)
  await changeIn(scene)
  await keepUp(scene.parent)
  const first: number[] = []
  const further: number[] = []
  for (const area of links)
    for (const [index, id] of area.entries()) (index === 0 ? first : further).push(await writeFor(scene, id))
  const idle: number[] = []
  for (const area of links) for (const id of area) idle.push(await writeFor(scene, id))
  const times = { ours: median(further), baseline: median(first) }
  return [
    compared('travellers', times, 'ms', '<= 0.15'),
    figure('travellers-idle', median(idle), 'ms', '<= 2'),
  ]
}

/** @returns ids of links, by area */
async function cloneLinks({ parent, areas }: Scene, each: number): Promise<number[][]> {
  return parent.db.change(async write => {
    const model = (await write.row(sql<{ id: number }>`select max(link_id) as id from hc_link`))!
    const like = (await linkById(write, model.id))!
    const position = await write.log.position()
    const result: number[][] = []
    for (let area = 0; area < AREAS; area++) {
      const ids: number[] = []
      for (let index = 0; index < each; index++) {
        const id = await nextLinkId(write)
        const link: Link = {
          ...like,
          link_id: id,
          travel_id: 100_000 + id,
          name: `clone${id}-`,
          tag: newTag(parent.platform),
          area_id: areas[area]!,
          cut_position: position,
          prototype_position: position,
          owes_ack: 0,
          out_number: 0,
          out_hash: null,
          series: '',
        }
        await insertLink(write, link)
        ids.push(id)
      }
      result.push(ids)
    }
    return result
  })
}

/** About so many records in each area. */
async function changeIn({ parent, areas }: Scene): Promise<void> {
  await parent.db.change(async write => {
    for (let area = 0; area < AREAS; area++) {
      const { word, bit } = (await write.row(
        sql<{
          word: number
          bit: number
        }>`select word, bit from hc_area_slot where area_id = ${areas[area]!}`,
      ))!
      let left = CHANGED
      for (const table of ['appointment', 'person', 'sale', 'address', 'phone', 'contact']) {
        const number = parent.dictionary.table(table).number
        const key = sql.ref(`${table}_id`)
        const field = {
          address: 'city',
          phone: 'description',
          appointment: 'status',
          person: 'title',
          sale: 'heading',
          contact: 'department',
        }[table]!
        const value =
          table === 'appointment' ? sql`coalesce(status, 0) + 1` : sql`coalesce(${sql.ref(field)}, '') || '.'`
        left -=
          await write.run(sql`update ${sql.table(table)} set ${sql.ref(field)} = ${value} where ${key} in
          (select record_id from hc_member where word = ${word} and tablenumber = ${number} and (mask & ${bit}) <> 0 limit ${left})`)
        if (left <= 0) break
      }
    }
  })
}

async function writeFor({ parent }: Scene, id: number): Promise<number> {
  return timed(() => parent.db.change(async write => writeDwn(parent, write, (await linkById(write, id))!)))
}
