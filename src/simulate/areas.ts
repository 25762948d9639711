/** Areas: those of a new world, as rows, and what becomes of them by a step. */
import { HomecomingError } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import type { Writing } from '../storage/contract.ts'
import { editArea, showArea } from '../travel/areas.ts'
import type { AreaShape } from './shape.ts'

export async function fillAreas(write: Writing, areas: readonly AreaShape[]): Promise<void> {
  const link = (name: string) => ({ table: name, key: [`${name}_id`], columns: ['area_id', 'associate_id'] })
  const pairs = (of: (area: AreaShape) => readonly number[]) =>
    areas
      .flatMap((area, index) => of(area).map(associate => [index + 1, associate]))
      .map((row, index) => [index + 1, ...row])
  await write.insert(
    { table: 'area', key: ['area_id'], columns: ['name', 'alldata'] },
    areas.map((area, index) => [index + 1, `Area ${String.fromCodePoint(65 + index)}`, area.allData ? 1 : 0]),
  )
  await write.insert(
    link('areauserinclusion'),
    pairs(area => (area.allData ? [] : area.includes)),
  )
  await write.insert(
    link('areauserassignment'),
    pairs(area => area.assigned),
  )
}

/** What an area refuses while people are away, or always. */
const REFUSED: ReadonlySet<string> = new Set(['AREA_PERSON_AWAY', 'AREA_INVALID', 'AREA_PERSON_TAKEN'])

/** Somebody is included, or not any more; seldom, an area becomes one of everything, or of some people again. */
export async function changeArea(central: Site, areas: number, people: number, which: number, seed: number) {
  const area = 1 + (which % areas)
  const person = 1 + (seed % people)
  const turn = seed % 17
  const edit =
    turn === 0
      ? { allData: true }
      : turn < 4
        ? { allData: false, include: [person] }
        : turn < 10
          ? { include: [person] }
          : { exclude: [person] }
  // An area of nobody stops whoever is away with it: nobody would leave with one.
  const { allData, included } = await showArea(central, area)
  if ('exclude' in edit && !allData && included.every(({ id }) => id === person)) return
  try {
    await editArea(central, area, edit, 1)
  } catch (error) {
    if (!(error instanceof HomecomingError) || !REFUSED.has(error.code)) throw error
  }
}
