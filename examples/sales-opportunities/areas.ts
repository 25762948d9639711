/**
 * Areas: who travels with what part of the pipeline.
 *   one per manager's team:     whose data: the manager and the agents; who leaves with it: the agents
 *   one per regional office:    whose data: everybody there; who leaves with it: the managers
 * A person leaves with one area, so nobody is assigned twice.
 */
import { areaSizes, createArea, findAssociate, type HomecomingDatabase } from '../../src/index.ts'
import type { Agent, SalesData } from './csv.ts'
import { loginOf, teamOf } from './import.ts'

export interface AreaMade {
  readonly name: string
  readonly included: number
  readonly assigned: number
  /** Of tables of which an area has a part. */
  readonly records: number
}

/** @returns the areas with what they hold now */
export async function makeAreas(office: HomecomingDatabase, { agents }: SalesData): Promise<AreaMade[]> {
  const teams = groupsOf(agents, agent => teamOf(agent.manager))
  const offices = groupsOf(agents, agent => agent.office)
  const made = [
    ...(await makeAll(office, teams, ({ agents: team }) => team.map(({ name }) => name))),
    ...(await makeAll(office, offices, ({ agents: all }) => managersOf(all))),
  ]
  const sizes = new Map((await areaSizes(office)).map(({ name, records }) => [name, records]))
  return made.map(({ name, included, assigned }) => ({
    ...{ name, included: included.length, assigned: assigned.length },
    records: sizes.get(name) ?? 0,
  }))
}

interface Group {
  readonly name: string
  readonly agents: readonly Agent[]
}

function groupsOf(agents: readonly Agent[], nameOf: (agent: Agent) => string): Group[] {
  const names = [...new Set(agents.map(nameOf))]
  return names.map(name => ({ name, agents: agents.filter(agent => nameOf(agent) === name) }))
}

/** The first manager makes it. @param leaving who leaves with it */
async function makeAll(
  office: HomecomingDatabase,
  groups: readonly Group[],
  leaving: (group: Group) => readonly string[],
) {
  const areas: Awaited<ReturnType<typeof createArea>>[] = []
  for (const group of groups) {
    const managers = managersOf(group.agents)
    const include = [...managers, ...group.agents.map(({ name }) => name)].map(loginOf)
    const area = { name: group.name, include, assign: leaving(group).map(loginOf) }
    const { id } = await findAssociate(office, loginOf(managers[0]!))
    areas.push(await createArea(office, area, id))
  }
  return areas
}

const managersOf = (agents: readonly Agent[]): string[] => [...new Set(agents.map(({ manager }) => manager))]
