/**
 * Random histories: an office and two laptops live by commands; packets cross, get lost, come twice, come late.
 * After settling, the invariant of the journey is checked: children hold what the office holds, and the ledger adds up.
 */
import { copyFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { journeyCarrier } from '../../src/app/wire.ts'
import type { Value } from '../../src/core/values.ts'
import { linkByTag } from '../../src/packet/link.ts'
import { sendDwn, sendUp } from '../../src/travel/exchange.ts'
import { accountOf, ownAccount } from '../../src/travel/ledger.ts'
import { receive } from '../../src/travel/receive.ts'
import { verify } from '../../src/travel/verify.ts'
import type { Desk, Laptop, Office } from './office.ts'

/** What people may do with a model: made for one dictionary, by the test that uses it. */
export interface Playground {
  readonly tables: readonly string[]
  /** Values for a new record; `pick` chooses a record of a table, or 0. */
  values(table: string, seed: number, pick: (table: string) => number): Record<string, Value>
}

export type Command =
  | {
      readonly kind: 'insert' | 'update' | 'delete'
      readonly where: 0 | 1 | 2
      readonly table: number
      readonly seed: number
    }
  | { readonly kind: 'sendUp' | 'receiveUp' | 'sendDwn' | 'receiveDwn'; readonly child: 0 | 1 }
  | { readonly kind: 'lose' | 'repeat'; readonly child: 0 | 1; readonly seed: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'skew'; readonly child: 0 | 1; readonly seconds: number }

const child = fc.constantFrom<0 | 1>(0, 1)
const seed = fc.nat(1000)

export const commands = (most: number): fc.Arbitrary<Command[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc.record({
          kind: fc.constantFrom('insert' as const, 'update' as const, 'update' as const, 'delete' as const),
          where: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
          table: fc.nat(20),
          seed,
        }),
      },
      {
        weight: 12,
        arbitrary: fc.record({
          kind: fc.constantFrom(
            'sendUp' as const,
            'receiveUp' as const,
            'sendDwn' as const,
            'receiveDwn' as const,
          ),
          child,
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constantFrom('lose' as const, 'repeat' as const), child, seed }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          seconds: fc.constantFrom(0, 1, 1, 5, 60),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('skew' as const),
          child,
          seconds: fc.constantFrom(0, 7, -7, 3600, -3600),
        }),
      },
    ),
    { minLength: 3, maxLength: most },
  )

export class History {
  readonly office: Office
  readonly laptops: readonly Laptop[]
  readonly playground: Playground
  refused = 0

  constructor(office: Office, laptops: readonly Laptop[], playground: Playground) {
    this.office = office
    this.laptops = laptops
    this.playground = playground
  }

  async run(history: readonly Command[]): Promise<void> {
    for (const command of history) await this.step(command)
  }

  async step(command: Command): Promise<void> {
    switch (command.kind) {
      case 'insert':
      case 'update':
      case 'delete':
        return this.#edit(command)
      case 'sendUp':
        await sendUp(this.#child(command).site, this.#carrier(command))
        return
      case 'receiveUp':
        await receive(this.office.site, this.#carrier(command))
        return
      case 'sendDwn':
        await sendDwn(this.office.site, await this.#linkId(command), this.#carrier(command))
        return
      case 'receiveDwn':
        await receive(this.#child(command).site, this.#carrier(command))
        return
      case 'lose':
      case 'repeat':
        return this.#fault(command)
      case 'wait':
        this.office.clock.pass(command.seconds)
        return
      case 'skew':
        this.#child(command).desk.skew = command.seconds
        return
      default:
        throw command satisfies never
    }
  }

  #child({ child }: { child: 0 | 1 }): Laptop {
    return this.laptops[child]!
  }

  #carrier(which: { child: 0 | 1 }) {
    const laptop = this.#child(which)
    return journeyCarrier(laptop.site, join(laptop.folder, 'packets'), laptop.site.identity)
  }

  async #linkId(which: { child: 0 | 1 }): Promise<number> {
    const link = await this.office.site.db.snapshot(read =>
      linkByTag(read, this.#child(which).site.identity.tag),
    )
    return link!.link_id
  }

  /** A refusal by the database's own rules is no edit. */
  async #edit(command: {
    kind: 'insert' | 'update' | 'delete'
    where: 0 | 1 | 2
    table: number
    seed: number
  }): Promise<void> {
    const desk = command.where === 0 ? this.office.desk : this.laptops[command.where - 1]!.desk
    const table = this.playground.tables[command.table % this.playground.tables.length]!
    const ids = await this.#ids(desk)
    const pick = (name: string) =>
      ids.get(name)?.[command.seed % Math.max(ids.get(name)?.length ?? 1, 1)] ?? 0
    const who = command.where + 1
    try {
      if (command.kind === 'insert')
        await desk.insert(table, this.playground.values(table, command.seed, pick), who)
      else if (pick(table) === 0) return
      else if (command.kind === 'update')
        await desk.update(table, pick(table), this.playground.values(table, command.seed, pick), who)
      else await desk.delete(table, pick(table), who)
    } catch (error) {
      if (!/unique|constraint/i.test(String((error as Error).message))) throw error
      this.refused += 1
    }
  }

  async #ids(desk: Desk): Promise<Map<string, number[]>> {
    const ids = new Map<string, number[]>()
    for (const name of this.playground.tables) {
      const key = desk.site.dictionary.table(name).fields[0]!.name
      const rows = await desk.rows(
        sql<{ id: number }>`select ${sql.ref(key)} as id from ${sql.table(name)} order by 1`,
      )
      ids.set(
        name,
        rows.map(row => row.id),
      )
    }
    return ids
  }

  async #fault(command: { kind: 'lose' | 'repeat'; child: 0 | 1; seed: number }): Promise<void> {
    const laptop = this.#child(command)
    const packets = join(laptop.folder, 'packets')
    const [trip] = await readdir(packets).catch(() => [])
    if (!trip) return
    const folder = join(packets, trip)
    const from = command.kind === 'lose' ? folder : join(folder, 'done')
    const names = (await readdir(from).catch(() => [])).filter(name => /\.(up|dwn)$/.test(name)).sort()
    const name = names[command.seed % Math.max(names.length, 1)]
    if (!name) return
    if (command.kind === 'lose') await rm(join(from, name))
    else await copyFile(join(from, name), join(folder, name))
  }

  /** Exchanges until nobody has anything to say. */
  async settle(): Promise<void> {
    for (let round = 0; round < 20; round++) {
      let busy = 0
      for (const which of [{ child: 0 as const }, { child: 1 as const }]) {
        busy += (await sendUp(this.#child(which).site, this.#carrier(which))).length
        busy += (await receive(this.office.site, this.#carrier(which))).length
        busy += (await sendDwn(this.office.site, await this.#linkId(which), this.#carrier(which))).length
        busy += (await receive(this.#child(which).site, this.#carrier(which))).length
      }
      this.office.clock.pass(1)
      if (busy === 0) return
    }
    throw new Error('no end of exchanging')
  }

  /** @returns what is wrong; empty when all is well */
  async check(): Promise<string[]> {
    const wrong: string[] = []
    for (const [index, laptop] of this.laptops.entries()) {
      const verified = await verify(this.office.site, laptop.site)
      if (!verified.same)
        wrong.push(`laptop ${index + 1} differs: ${JSON.stringify(verified.differences.slice(0, 5))}`)
      wrong.push(...(await this.#checkLedger(index, laptop)))
    }
    wrong.push(...(await this.#checkIds()))
    return wrong
  }

  async #checkLedger(index: number, laptop: Laptop): Promise<string[]> {
    const own = await laptop.site.db.snapshot(ownAccount)
    const sum = own.applied + own.merged + own.overruled + own.rejected + own.held
    const wrong =
      own.made === sum
        ? []
        : [`laptop ${index + 1} made ${own.made} edits, ${sum} are accounted for: ${JSON.stringify(own)}`]
    const link = await this.#linkId({ child: index as 0 | 1 })
    const theirs = await this.office.site.db.snapshot(read => accountOf(read, link))
    if (JSON.stringify({ ...theirs, unanswered: 0 }) !== JSON.stringify({ ...own, unanswered: 0 })) {
      wrong.push(
        `the accounts of laptop ${index + 1} differ: ${JSON.stringify(own)} and ${JSON.stringify(theirs)}`,
      )
    }
    return wrong
  }

  /** No temporary id is ever left at the office. */
  async #checkIds(): Promise<string[]> {
    const wrong: string[] = []
    const { dictionary } = this.office.site
    for (const table of dictionary.captured) {
      for (const name of [table.fields[0]!.name, ...dictionary.idFields(table).map(field => field.name)]) {
        const rows = await this.office.desk.rows(
          sql<{
            id: number
          }>`select ${sql.ref(name)} as id from ${sql.table(table.name)} where ${sql.ref(name)} >= ${0x73000000} and ${sql.ref(name)} < ${0x80000000}`,
        )
        if (rows.length > 0) wrong.push(`${table.name}.${name} holds the temporary id ${rows[0]!.id}`)
      }
    }
    return wrong
  }
}
