/**
 * Life: an office and two laptops live by commands; packets cross, get lost, come twice, come late, come damaged;
 * people come home and leave again, laptops are written off, prototypes are built meanwhile.
 */
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { journeyCarrier } from '../../../src/app/wire.ts'
import { HomecomingError } from '../../../src/core/errors.ts'
import type { Value } from '../../../src/core/values.ts'
import type { Dictionary, Table } from '../../../src/dictionary/model.ts'
import type { Site } from '../../../src/log/site.ts'
import { linkByTag } from '../../../src/packet/link.ts'
import { buildPrototype } from '../../../src/prototype/build.ts'
import { Audit } from '../../../src/simulate/checks/audit.ts'
import { checkIds, checkPositions } from '../../../src/simulate/checks/log.ts'
import { sendDwn, sendUp } from '../../../src/travel/exchange.ts'
import { decideHeld } from '../../../src/travel/held.ts'
import { type Account, accountOf, ownAccount } from '../../../src/travel/ledger.ts'
import { type Received, receive } from '../../../src/travel/receive.ts'
import { verify } from '../../../src/travel/verify.ts'
import { writeOff } from '../../../src/travel/write-off.ts'
import { type Desk, type Laptop, type Office, openOffice } from '../office.ts'
import { unlike } from '../sameness.ts'
import { AreaLife } from './area-life.ts'
import type { Child, Command, EditCommand } from './commands.ts'
import { checkAuthors, OwnerWatch } from './log-rules.ts'
import { Restores } from './restores.ts'
import type { World } from './world.ts'

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
  refused = 0
  readonly #audit: Audit
  readonly #owners: OwnerWatch
  readonly #areas: AreaLife | undefined
  readonly #restores: Restores
  readonly #gone = new Map<Desk, { table: string; id: number; mark: number }[]>()
  readonly #worked = new Set<string>()
  #skewed = false
  #ruled = false
  /** The first mark of the edit that is being made. */
  #before = 0

  constructor(office: Office, world: World) {
    this.office = office
    this.world = world
    this.#audit = new Audit(world)
    this.#owners = new OwnerWatch(office.desk)
    this.#areas = world.areas && new AreaLife(office, world.areas)
    this.#restores = new Restores(office, this.laptops, this.#audit)
  }

  async begin(): Promise<void> {
    await this.#areas?.begin()
    for (let child = 0; child < this.#people - 1; child++)
      this.laptops.push(await this.office.leave(child + 2))
    await this.#rule(true)
    await this.#owners.start()
  }

  /** Person 1 works at the office, all others travel. */
  get #people(): number {
    return 1 + (this.world.areas?.assigned.length ?? this.world.travellers.length)
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
        return this.#edit(command)
      case 'sendUp':
      case 'receiveUp':
      case 'sendDwn':
      case 'receiveDwn':
        await this.#packet(command.kind, command.child)
        return
      case 'exchange':
        await this.#exchange(command.child)
        return
      case 'lose':
      case 'repeat':
      case 'damage':
        return this.#fault(command)
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
      await this.#exchange(where - 1)
      await this.#edit({ kind: 'insert', where, table: 0, seed: 900 + where })
    }
  }

  /** A copy that was put back is noticed when it says something. */
  async #speakUp(): Promise<void> {
    if (!this.#restores.any) return
    for (const where of this.laptops.keys())
      await this.#edit({ kind: 'insert', where: where + 1, table: 0, seed: 800 + where })
  }

  /** Exchanges until nobody has anything to say. */
  async settle(): Promise<void> {
    await this.#endRule()
    await this.#speakUp()
    await this.#decideForThoseGone()
    for (let round = 0; round < 12; round++) {
      let busy = 0
      for (const child of this.laptops.keys()) busy += await this.#exchange(child)
      this.office.clock.pass(1)
      if (busy === 0) return
    }
    this.wrong.push('there is no end of exchanging')
  }

  /** @returns what is wrong at rest; empty when all is well */
  async check(): Promise<string[]> {
    const wrong = this.wrong
    wrong.push(...(await this.#audit.watchIds(this.office.site)))
    for (const [index, laptop] of this.laptops.entries()) await this.#checkLaptop(index, laptop)
    await this.#compare()
    wrong.push(...((await this.#areas?.comparePrototype(this.#audit.next)) ?? []))
    wrong.push(...(await checkIds(this.office.site)), ...(await checkPositions(this.office.site)))
    // What a restored office had sent and got back came with its own authors.
    if (!this.#restores.office)
      wrong.push(...(await checkAuthors(this.office.desk, this.#skewed ? undefined : this.#worked)))
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

  async #checkLaptop(index: number, laptop: Laptop): Promise<void> {
    const name = `laptop ${index + 1}`
    const verified = await verify(this.office.site, laptop.site)
    if (!verified.same)
      this.wrong.push(`${name} differs: ${JSON.stringify(verified.differences.slice(0, 5))}`)
    for (const one of await unlike(this.office.site, laptop.site)) this.wrong.push(`${name}: ${one}`)
    for (const one of await checkPositions(laptop.site)) this.wrong.push(`${name}: ${one}`)
    for (const [where, desk] of [
      [name, laptop.desk],
      ['the office', this.office.desk],
    ] as const) {
      const held = await desk.rows(
        sql<{
          t: number
          r: number
          m: string
        }>`select tablenumber as t, record_id as r, message as m from hc_held`,
      )
      for (const one of held) this.wrong.push(`${where} still holds ${one.t} ${one.r}: ${one.m}`)
    }
    await this.#checkAccount(name, laptop, await laptop.site.db.snapshot(ownAccount))
  }

  /** made is the sum of the verdicts, and both ends say the same. */
  async #checkAccount(name: string, laptop: Laptop, own: Account): Promise<void> {
    const sum = own.applied + own.merged + own.overruled + own.rejected + own.held
    if (own.made !== sum || own.unanswered !== 0)
      this.wrong.push(`${name}: ${JSON.stringify(own)} does not add up`)
    const link = await this.#link(laptop)
    const theirs = await this.office.site.db.snapshot(read => accountOf(read, link))
    if (JSON.stringify(theirs) !== JSON.stringify(own))
      this.wrong.push(`${name}: the accounts differ, ${JSON.stringify(own)} and ${JSON.stringify(theirs)}`)
  }

  #carrier(laptop: Laptop) {
    return journeyCarrier(laptop.site, join(laptop.folder, 'packets'), laptop.site.identity)
  }

  async #link(laptop: Laptop): Promise<number> {
    const link = await this.office.site.db.snapshot(read => linkByTag(read, laptop.site.identity.tag))
    return link!.link_id
  }

  async #packet(kind: 'sendUp' | 'receiveUp' | 'sendDwn' | 'receiveDwn', child: Child): Promise<number> {
    const laptop = this.laptops[child]!
    const carrier = this.#carrier(laptop)
    const done = await this.#pass(kind, laptop, carrier)
    await this.#restores.noteSealed(laptop)
    return done
  }

  async #pass(
    kind: 'sendUp' | 'receiveUp' | 'sendDwn' | 'receiveDwn',
    laptop: Laptop,
    carrier: ReturnType<typeof journeyCarrier>,
  ): Promise<number> {
    if (kind === 'sendUp') return (await sendUp(laptop.site, carrier)).length
    if (kind === 'sendDwn') return (await sendDwn(this.office.site, await this.#link(laptop), carrier)).length
    return this.#noBreak(await receive(kind === 'receiveUp' ? this.office.site : laptop.site, carrier))
  }

  /** A damaged packet is put aside. Nothing that happens here is a reason to break a link or to refuse its sender. */
  #noBreak(received: readonly Received[]): number {
    for (const one of received)
      if (one.what === 'quarantined' && !DAMAGE.has(one.code!) && !this.#restores.mayRefuse(one))
        this.wrong.push(`${one.name}: ${one.code} ${one.message}`)
    return received.filter(one => one.what !== 'waiting').length
  }

  async #exchange(child: Child): Promise<number> {
    let busy = 0
    for (const kind of ['sendUp', 'receiveUp', 'sendDwn', 'receiveDwn'] as const)
      busy += await this.#packet(kind, child)
    return busy
  }

  async #home(child: Child): Promise<void> {
    const laptop = this.laptops[child]!
    this.#restores.forget()
    const account = await this.#comeHome(laptop)
    await this.#checkAccount(`laptop ${child + 1}, home`, laptop, account)
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

  /** A refusal by the database's own rules is no edit. */
  async #edit(command: EditCommand): Promise<void> {
    const desk = command.where === 0 ? this.office.desk : this.laptops[command.where - 1]!.desk
    const table = desk.site.dictionary.table(this.world.tables[command.table % this.world.tables.length]!)
    const who = command.where + 1
    const ids = await this.#ids(desk)
    const pick = (name: string): number => {
      const all = ids.get(name) ?? []
      return all[(command.seed + name.length) % Math.max(all.length, 1)] ?? 0
    }
    this.#before = this.#audit.next
    try {
      await this.#save(desk, command, table, who, pick)
      this.#worked.add(`${who} ${this.office.clock.seconds}`)
    } catch (error) {
      if (!/unique|constraint|own range|made at central/i.test(String((error as Error).message))) throw error
      this.#audit.takeBack(this.#before)
      this.refused += 1
    }
  }

  async #save(
    desk: Desk,
    command: EditCommand,
    table: Table,
    who: number,
    pick: (table: string) => number,
  ): Promise<void> {
    const { site } = desk
    const journey = site.identity.tag
    const values = this.world.values(table.name, command.seed, pick)
    const record = pick(table.name)
    const marked = (seen: number) =>
      this.#audit.mark(table.name, values, journey, seen) as Record<string, Value>
    if (command.kind === 'insert') {
      await desk.insert(table.name, marked(0), who)
    } else if (command.kind === 'again') {
      const gone = this.#takeGone(desk, table.name)
      if (gone) await desk.insertAs(table.name, gone.id, marked(gone.mark), who)
    } else if (record === 0) {
      return
    } else if (command.kind === 'move') {
      const pointer = this.#onePointer(table, values, command.seed)
      if (pointer) await desk.update(table.name, record, pointer, who)
    } else if (command.kind === 'update') {
      const all = marked(await this.#audit.markIn(site, table, record))
      await desk.update(
        table.name,
        record,
        this.world.fieldLevel ? this.#oneField(table, all, command.seed) : all,
        who,
      )
    } else await this.#delete(desk, table, record, who, command.kind === 'deleteWhole')
  }

  /** Two people meet in one record without meeting in a field. An edit without a mark is not audited. */
  #oneField(table: Table, values: Record<string, Value>, seed: number): Record<string, Value> {
    const mark = this.world.marks[table.name]
    const [name, value] = Object.entries(values)[seed % Object.keys(values).length]!
    if (name !== mark) this.#audit.takeBack(this.#before)
    return { [name]: value }
  }

  /** A pointer, with the field that tells its table. Nothing is marked, and so nothing is audited. */
  #onePointer(table: Table, values: Record<string, Value>, seed: number): Record<string, Value> | undefined {
    const { dictionary } = this.office.site
    const pointers = dictionary
      .idFields(table)
      .filter(({ name }) => name in values && decidesAboutAreas(dictionary.dictionary, table, name))
    const field = pointers[seed % Math.max(pointers.length, 1)]
    if (!field) return undefined
    const selector = field.selector === undefined ? undefined : table.fields[field.selector]!.name
    const named = selector === undefined || !(selector in values) ? {} : { [selector]: values[selector]! }
    return { ...named, [field.name]: values[field.name]! }
  }

  /** Whoever deletes a record deletes what belongs to it, whether the application does it or the parent. Nobody deletes
   *  the people of a world. */
  async #delete(desk: Desk, table: Table, record: number, who: number, whole: boolean): Promise<void> {
    const { associate } = desk.site.dictionary.dictionary.parts
    if (table.name === associate.table && record <= this.#people) return
    const below = await this.#audit.below(desk.site, table, record)
    for (const one of [...below, { table, record }]) {
      const mark = await this.#audit.markIn(desk.site, one.table, one.record)
      this.#audit.deleted(mark)
      const last = one.table === table && one.record === record
      if (!last && !whole) continue
      await desk.delete(one.table.name, one.record, who)
      const gone = this.#gone.get(desk) ?? []
      this.#gone.set(desk, gone)
      gone.push({ table: one.table.name, id: one.record, mark })
    }
  }

  #takeGone(desk: Desk, table: string) {
    const gone = this.#gone.get(desk) ?? []
    const at = gone.findIndex(one => one.table === table)
    return at < 0 ? undefined : gone.splice(at, 1)[0]
  }

  async #ids(desk: Desk): Promise<Map<string, number[]>> {
    const ids = new Map<string, number[]>()
    for (const name of new Set([...this.world.tables, ...Object.keys(this.world.marks)])) {
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

  async #fault(command: { kind: 'lose' | 'repeat' | 'damage'; child: Child; seed: number }): Promise<void> {
    const packets = join(this.laptops[command.child]!.folder, 'packets')
    const [trip] = await readdir(packets).catch(() => [])
    if (!trip) return
    const folder = join(packets, trip)
    const from = command.kind === 'repeat' ? join(folder, 'done') : folder
    const names = (await readdir(from).catch(() => [])).filter(name => /\.(up|dwn)$/.test(name)).sort()
    const name = names[command.seed % Math.max(names.length, 1)]
    if (!name) return
    if (command.kind === 'lose') await rm(join(from, name))
    else if (command.kind === 'repeat') await copyFile(join(from, name), join(folder, name))
    else await damage(join(from, name), command.seed)
  }
}

/** A rule names the field: of its own table, or of another that reads it backwards. */
function decidesAboutAreas({ tables }: Dictionary, table: Table, field: string): boolean {
  const own = (table.membership ?? []).some(rule =>
    rule.kind === 'ends' ? rule.fields.includes(field) : 'field' in rule && rule.field === field,
  )
  const rules = tables.flatMap(each => each.membership ?? [])
  return own || rules.some(rule => 'table' in rule && rule.table === table.name && rule.field === field)
}

/** What a changed byte may look like, depending on where it is. */
const DAMAGE: ReadonlySet<string> = new Set([
  'PACKET_DAMAGED',
  'PACKET_INVALID',
  'PACKET_FOREIGN',
  'PACKET_TOO_NEW',
  'KEY_WRONG',
])

async function damage(path: string, seed: number): Promise<void> {
  const bytes = await readFile(path)
  const at = seed % bytes.length
  bytes[at] = bytes[at]! ^ 0x55
  await writeFile(path, bytes)
}
