/** Area life: what only happens where people travel with a part of the data, and what must be so then. */
import { sql } from 'kysely'
import { buildPrototype } from '../../../src/prototype/build.ts'
import { compareChild, comparePrototype } from '../../../src/simulate/reference/compare.ts'
import { Journal } from '../../../src/simulate/reference/journal.ts'
import { Membership } from '../../../src/simulate/reference/membership.ts'
import { prune } from '../../../src/travel/prune.ts'
import { look } from '../areas/regions.ts'
import type { Laptop, Office } from '../office.ts'
import type { AreaCommand } from './commands.ts'
import type { WorldArea, WorldAreas } from './world.ts'

export class AreaLife {
  readonly #office: Office
  readonly #areas: readonly WorldArea[]
  readonly #people: number

  constructor(office: Office, { areas, assigned }: WorldAreas) {
    this.#office = office
    this.#areas = areas
    this.#people = 1 + assigned.length
  }

  async begin(): Promise<void> {
    for (const { id } of this.#areas) await buildPrototype(this.#office.site, id)
  }

  area(number: number): number {
    return this.#areas[number % this.#areas.length]!.id
  }

  async step(command: AreaCommand): Promise<void> {
    switch (command.kind) {
      case 'include':
        return this.#include(this.#narrow(command.area), 1 + (command.associate % this.#people))
      case 'assign':
        return this.#toggle('areauserassignment', this.#narrow(command.area), 1)
      case 'turn':
        return this.#turn(this.#narrow(command.area))
      case 'prune':
        await prune(this.#office.site, 0)
        return
      default:
        throw command satisfies never
    }
  }

  /** Each laptop holds what a prototype of its area would, and what was created on it; the journal says the same. */
  async compare(laptops: readonly Laptop[]): Promise<string[]> {
    const { site, clock } = this.#office
    const position = await look(this.#office)
    const membership = await Membership.of(site)
    const wrong = (await Journal.read(site, position)).differences(site.dictionary, membership)
    for (const [index, laptop] of laptops.entries()) {
      const found = await compareChild(site, laptop.site, clock.seconds, membership)
      wrong.push(...found.slice(0, 5).map(one => `laptop ${index + 1}: ${one}`))
    }
    return wrong
  }

  comparePrototype(number: number): Promise<string[]> {
    return comparePrototype(this.#office.site, this.area(number), this.#office.clock.seconds)
  }

  /** One of the areas that began as one of some people. */
  #narrow(number: number): number {
    const narrow = this.#areas.filter(area => !area.allData)
    return narrow[number % narrow.length]!.id
  }

  /** An area of some people always includes one at least: without any it would stop its laptops. */
  async #include(area: number, associate: number): Promise<void> {
    const others = await this.#office.desk.rows(
      sql`select 1 from areauserinclusion where area_id = ${area} and associate_id <> ${associate}`,
    )
    if (others.length > 0) await this.#toggle('areauserinclusion', area, associate)
  }

  /** Makes a row of an area and an associate, or takes it back. */
  async #toggle(table: string, area: number, associate: number): Promise<void> {
    const { desk } = this.#office
    const [row] = await desk.rows(
      sql<{ id: number }>`select ${sql.ref(`${table}_id`)} as id from ${sql.table(table)}
        where area_id = ${area} and associate_id = ${associate}`,
    )
    if (row) await desk.delete(table, row.id, 1)
    else await desk.insert(table, { area_id: area, associate_id: associate }, 1)
  }

  async #turn(area: number): Promise<void> {
    const { alldata } = (await this.#office.desk.get('area', area))!
    await this.#office.desk.update('area', area, { alldata: alldata ? 0 : 1 }, 1)
  }
}
