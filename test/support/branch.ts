/**
 * Branch: an office far away that keeps a permanent copy, and its own travellers, on real files.
 * Nobody is away from central for its area when it is founded.
 */
import { join } from 'node:path'
import { exchange } from '../../src/app/journey.ts'
import { createSatellite } from '../../src/app/satellites.ts'
import { machine } from '../../src/app/wire.ts'
import { buildPrototype } from '../../src/prototype/build.ts'
import { openSite } from '../../src/travel/open.ts'
import { centralAt, ON_POSTGRES } from './central.ts'
import { Desk, Office } from './office.ts'

export class Branch extends Office {
  readonly central: Office

  constructor(central: Office, folder: string, desk: Desk) {
    super(folder, central.clock, desk.site)
    this.central = central
  }

  exchange() {
    return exchange(this.central.site, this.site)
  }

  /** Whatever its travellers leave with is as new as this. */
  async build(): Promise<void> {
    await buildPrototype(this.site, 0)
  }
}

export async function openBranch(
  central: Office,
  area: string | number,
  where = `branch-${area}`,
): Promise<Branch> {
  const folder = join(central.folder, where)
  const created = await createSatellite(central.site, {
    area,
    folder: ON_POSTGRES ? await centralAt(folder) : folder,
  })
  const site = await openSite(machine({ clock: central.clock }), { path: created.database })
  return new Branch(central, folder, new Desk(site, central.clock))
}
