/**
 * Life: an office and two laptops live by commands; packets cross, get lost, come twice, come late, come damaged;
 * people come home and leave again, laptops are written off, prototypes are built meanwhile.
 */
import { sql } from 'kysely'
import { HomecomingError } from '../../../src/core/errors.ts'
import type { Site } from '../../../src/log/site.ts'
import { buildPrototype } from '../../../src/prototype/build.ts'
import { Audit } from '../../../src/simulate/checks/audit.ts'
import { checkIds, checkPositions } from '../../../src/simulate/checks/log.ts'
import { decideHeld } from '../../../src/travel/held.ts'
import type { Account } from '../../../src/travel/ledger.ts'
import { writeOff } from '../../../src/travel/write-off.ts'
import { type Laptop, type Office, openOffice } from '../office.ts'
import { AreaLife } from './area-life.ts'
import { wrongAtRest, wrongInAccount } from './at-rest.ts'
import type { Child, Command } from './commands.ts'
import { Edits } from './edits.ts'
import { checkAuthors, OwnerWatch } from './log-rules.ts'
import { Post } from './post.ts'
import { Restores } from './restores.ts'
import { people, type World } from './world.ts'

/** A whole history in a world of its own. @returns what is wrong in the end; empty when all is well */
export async function live(world: World, history: readonly Command[]): Promise<string[]> {
  await using office = await openOffice({
    dictionary: world.dictionary,
    fill: site => world.fill(site),
    ...(world.fieldLevel ? { fieldLevel: world.fieldLevel } : {}),
  })
  const life = new Life(office, world)
  await life.begin()
  await life.run(history)
  await life.settle()
  return await life.check()
}

export class Life {
  readonly world: World
  readonly office: Office
  readonly laptops: Laptop[] = []
  readonly wrong: string[] = []
  readonly #audit: Audit
  readonly #owners: OwnerWatch
  readonly #areas: AreaLife | undefined
  readonly #restores: Restores
  readonly #edits: Edits
  readonly #post: Post
  #skewed = false
  #ruled = false

  constructor(office: Office, world: World) {
    this.office = office
    this.world = world
    this.#audit = new Audit(world)
    this.#owners = new OwnerWatch(office.desk)
    this.#areas = world.areas && new AreaLife(office, world.areas)
    this.#restores = new Restores(office, this.laptops, this.#audit)
    this.#edits = new Edits(office, this.laptops, world, this.#audit)
    this.#post = new Post(office, this.laptops, this.#restores, this.wrong)
  }

  async begin(): Promise<void> {
    await this.#areas?.begin()
    for (let child = 0; child < people(this.world) - 1; child++)
      this.laptops.push(await this.office.leave(child + 2))
    await this.#rule(true)
    await this.#owners.start()
  }

  async run(history: readonly Command[]): Promise<void> {
    for (const command of history) {
      await this.step(command)
      for (const one of await this.#owners.check())
        this.wrong.push(`after ${JSON.stringify(command)}: ${one}`)
    }
  }

  async step(command: Command): Promise<void> {
    switch (command.kind) {
      case 'insert':
      case 'update':
      case 'delete':
      case 'deleteWhole':
      case 'again':
      case 'move':
        return this.#edits.make(command)
      case 'sendUp':
      case 'receiveUp':
      case 'sendDwn':
      case 'receiveDwn':
        await this.#post.packet(command.kind, command.child)
        return
      case 'exchange':
        await this.#post.exchange(command.child)
        return
      case 'lose':
      case 'repeat':
      case 'damage':
        return this.#post.fault(command)
      case 'wait':
        this.office.clock.pass(command.seconds)
        return
      case 'skew':
        this.laptops[command.child]!.desk.skew = command.seconds
        this.#skewed ||= command.seconds !== 0
        return
      case 'home':
        return this.#home(command.child)
      case 'writeOff':
        return this.#writeOff(command.child)
      case 'prototype':
        await buildPrototype(this.office.site, this.#areas?.area(command.area ?? 0) ?? 0)
        return
      case 'rule':
        return this.#rule(!this.#ruled)
      case 'settle':
        await this.settle()
        return this.#compare()
      case 'backup':
        return this.#restores.backup(command.child)
      case 'restore':
        return this.#restores.restore(command.child)
      case 'backupOffice':
        return this.#restores.backupOffice()
      case 'restoreOffice':
        if (await this.#restores.restoreOffice()) await this.#owners.start()
        return
      case 'include':
      case 'assign':
      case 'turn':
      case 'prune':
        return this.#areas?.step(command)
      default:
        throw command satisfies never
    }
  }

  async #rule(on: boolean): Promise<void> {
    if (on === this.#ruled || !(this.world.rule ?? this.world.laptopRule)) return
    for (const [name, trigger] of Object.entries(this.world.rule ?? {}))
      await this.office.sql(on ? `create trigger ${name} ${trigger}` : `drop trigger ${name}`)
    for (const [name, trigger] of Object.entries(this.world.laptopRule ?? {}))
      await this.#everywhere(on ? `create trigger ${name} ${trigger}` : `drop trigger if exists ${name}`)
    this.#ruled = on
  }

  /** Of a journey that has ended no packet comes any more: the administrator has it tried again, and lets go what waits
   *  for values that were on a lost laptop. */
  async #decideForThoseGone(): Promise<void> {
    const waiting = await this.office.desk.rows(
      sql<{ id: number }>`select min(held_id) as id from hc_held h join hc_link l on l.link_id = h.link_id
        where l.state <> 'away' group by h.link_id, h.tablenumber, h.record_id order by 1`,
    )
    for (const { id } of waiting) {
      for (const decision of ['retry', 'reject'] as const) {
        const [still] = await this.office.desk.rows(sql`select 1 from hc_held where held_id = ${id}`)
        if (still) await decideHeld(this.office.site, id, decision)
      }
    }
  }

  /** A statement on each laptop; who leaves later has a database without it. */
  async #everywhere(text: string): Promise<void> {
    for (const { site } of this.laptops) await site.db.change(write => write.run(sql.raw(text)))
  }

  /** What waited at the office is tried again with the next packet. */
  async #endRule(): Promise<void> {
    if (!this.#ruled) return
    await this.#rule(false)
    for (const where of [1, 2]) {
      await this.#post.exchange(where - 1)
      await this.#edits.make({ kind: 'insert', where, table: 0, seed: 900 + where })
    }
  }

  /** A copy that was put back is noticed when it says something. */
  async #speakUp(): Promise<void> {
    if (!this.#restores.any) return
    for (const where of this.laptops.keys())
      await this.#edits.make({ kind: 'insert', where: where + 1, table: 0, seed: 800 + where })
  }

  /** Exchanges until nobody has anything to say. */
  async settle(): Promise<void> {
    await this.#endRule()
    await this.#speakUp()
    await this.#decideForThoseGone()
    for (let round = 0; round < 12; round++) {
      let busy = 0
      for (const child of this.laptops.keys()) busy += await this.#post.exchange(child)
      this.office.clock.pass(1)
      if (busy === 0) return
    }
    this.wrong.push('there is no end of exchanging')
  }

  /** @returns what is wrong at rest; empty when all is well */
  async check(): Promise<string[]> {
    const wrong = this.wrong
    wrong.push(...(await this.#audit.watchIds(this.office.site)))
    for (const [index, laptop] of this.laptops.entries())
      wrong.push(
        ...(await wrongAtRest(this.office, `laptop ${index + 1}`, laptop, await this.#post.link(laptop))),
      )
    await this.#compare()
    wrong.push(...((await this.#areas?.comparePrototype(this.#audit.next)) ?? []))
    wrong.push(...(await checkIds(this.office.site)), ...(await checkPositions(this.office.site)))
    // What a restored office had sent and got back came with its own authors.
    if (!this.#restores.office)
      wrong.push(...(await checkAuthors(this.office.desk, this.#skewed ? undefined : this.#edits.worked)))
    wrong.push(...(await this.#audit.check(this.office.site, this.#journals)))
    return wrong
  }

  /** A restored office has lost what its own had kept; who lost by it was told. */
  get #journals(): Site[] {
    const told = this.#restores.office ? this.laptops.map(({ site }) => site) : []
    return [this.office.site, ...told]
  }

  async #compare(): Promise<void> {
    this.wrong.push(...((await this.#areas?.compare(this.laptops)) ?? []))
  }

  async #home(child: Child): Promise<void> {
    const laptop = this.laptops[child]!
    this.#restores.forget()
    const account = await this.#comeHome(laptop)
    const link = await this.#post.link(laptop)
    this.wrong.push(...(await wrongInAccount(this.office, `laptop ${child + 1}, home`, account, link)))
    this.laptops[child] = await this.office.leave(child + 2)
  }

  /** Where a damaged packet lay in the way, the same again goes on where it stopped. */
  async #comeHome(laptop: Laptop, tries = 3): Promise<Account> {
    try {
      return (await laptop.comeHome()).account
    } catch (error) {
      if (!(error instanceof HomecomingError) || error.code !== 'RELEASE_MISSING' || tries === 1) throw error
      return this.#comeHome(laptop, tries - 1)
    }
  }

  async #writeOff(child: Child): Promise<void> {
    const laptop = this.laptops[child]!
    this.#audit.excuse(laptop.site.identity.tag)
    this.#restores.forget()
    await writeOff(this.office.site, child + 2)
    await laptop.close()
    this.laptops[child] = await this.office.leave(child + 2)
  }
}
