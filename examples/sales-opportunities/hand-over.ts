/**
 * Hand over: an account goes to an agent of another team, with its opportunities and follow-ups. Both teams are away.
 * Shape:  the laptops are counted -> one transaction at the office -> packets -> the laptops are counted again.
 */
import { type HomecomingDatabase, sql, why } from '../../src/index.ts'
import type { AgentAway } from './journey.ts'

export interface Holdings {
  readonly who: string
  /** On their laptop. */
  readonly accounts: number
  readonly opportunities: number
  readonly followUps: number
  /** Whether the account that is handed over is there, and how many of its opportunities. */
  readonly theAccount: boolean
  readonly itsOpportunities: number
}

export interface Account {
  readonly id: number
  readonly name: string
}

export interface HandedOver {
  readonly account: string
  readonly from: string
  readonly to: string
  readonly before: readonly Holdings[]
  readonly after: readonly Holdings[]
  /** Why the account is in the area of each team, or not: before, then after. Last, an opportunity that only follows it. */
  readonly why: readonly string[]
}

/** @param exchange brings packets both ways until all is said */
export async function handOver(
  office: HomecomingDatabase,
  [from, to]: readonly [AgentAway, AgentAway],
  exchange: () => Promise<void>,
): Promise<HandedOver> {
  const account = await bestAccountOf(office, from)
  const look = async () => [await holdingsOf(from, account), await holdingsOf(to, account)]
  const before = await look()
  const reasons = await reasonsFor(office, from, to, account)
  await giveTo(office, account, from, to)
  await exchange()
  const after = await look()
  reasons.push(...(await reasonsFor(office, from, to, account)))
  reasons.push(await reasonOfFollower(office, to, account))
  return { account: account.name, from: from.name, to: to.name, before, after, why: reasons }
}

/** Of the accounts that an agent owns, the one with most opportunities; of several with as many, the first by name. */
async function bestAccountOf(office: HomecomingDatabase, { id }: AgentAway): Promise<Account> {
  const row = await office.db.snapshot(read =>
    read.row(sql<Account>`select c.contact_id as id, c.name from contact c join sale s on s.contact_id = c.contact_id
      where c.associate_id = ${id} group by c.contact_id order by count(*) desc, c.name limit 1`),
  )
  if (!row) throw new Error('the agent owns no account')
  return row
}

async function holdingsOf({ name, database }: AgentAway, account: Account): Promise<Holdings> {
  const count = (table: string, where = sql`1 = 1`) =>
    database.db.snapshot(async read => {
      const row = await read.row(
        sql<{ n: number }>`select count(*) as n from ${sql.table(table)} where ${where}`,
      )
      return row?.n ?? 0
    })
  const ofIt = sql`contact_id = ${account.id}`
  return {
    who: name,
    accounts: await count('contact'),
    opportunities: await count('sale'),
    followUps: await count('appointment'),
    theAccount: (await count('contact', ofIt)) === 1,
    itsOpportunities: await count('sale', ofIt),
  }
}

/** The account, and what the agent had with it, become the other's. What colleagues have with it stays theirs. */
async function giveTo(
  office: HomecomingDatabase,
  account: Account,
  from: AgentAway,
  to: AgentAway,
): Promise<void> {
  await office.db.change(async write => {
    await write.actAs(from.manager)
    for (const table of ['contact', 'sale', 'appointment'])
      await write.run(sql`update ${sql.table(table)} set associate_id = ${to.id}
        where contact_id = ${account.id} and associate_id = ${from.id}`)
  })
}

/** Of the account, in the area of each team. */
async function reasonsFor(office: HomecomingDatabase, from: AgentAway, to: AgentAway, account: Account) {
  const sentences: string[] = []
  for (const { area } of [from, to]) sentences.push((await why(office, area, 'contact', account.id)).sentence)
  return sentences
}

/** Of the first of its opportunities that nobody in the team owns: it is there only because the account is. */
async function reasonOfFollower(office: HomecomingDatabase, { area }: AgentAway, account: Account) {
  const row = await office.db.snapshot(read =>
    read.row(sql<{ id: number }>`select min(s.sale_id) as id from sale s where s.contact_id = ${account.id}
      and s.associate_id not in (select i.associate_id from areauserinclusion i
        join area a on a.area_id = i.area_id where a.name = ${area})`),
  )
  return (await why(office, area, 'sale', row!.id)).sentence
}
