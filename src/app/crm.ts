/**
 * CRM: a central database with the CRM model, and demo data in it if wanted.
 * Never: loads the generator with its library of names where no demo data are asked for.
 */

import { crmDictionary } from '../crm/dictionary.ts'
import type { Filled, FillOptions } from '../crm/fill.ts'
import type { Site } from '../log/site.ts'
import { createCentral, type Machine } from '../travel/create.ts'

export interface NewCrm {
  readonly path: string
  /** About so many demo records, 500 to 1,000,000; without it the database is empty. */
  readonly records?: number
  /** Another seed, other figures; the same seed, the same records. */
  readonly seed?: number
  /** Users besides the administrator, 12 if absent. */
  readonly associates?: number
  readonly progress?: NonNullable<FillOptions['progress']>
}

/** Associate written in the log where an application names none: the administrator. */
const ADMINISTRATOR = 1
export const DEFAULT_SEED = 1

/** All of it, or nothing. @throws {HomecomingError} DATABASE_EXISTS, USAGE, DISK_FULL */
export async function createCrm(machine: Machine, crm: NewCrm): Promise<Filled> {
  let filled: Filled = { records: 0, tables: {} }
  const { records } = crm
  const fill = async (db: Site['db']) => {
    if (records !== undefined) filled = await fillDemo({ db }, { seed: DEFAULT_SEED, ...crm, records })
  }
  await createCentral(machine, {
    path: crm.path,
    dictionary: crmDictionary,
    defaultAssociate: ADMINISTRATOR,
    fill,
  })
  return filled
}

/** Demo data into an empty database with the CRM model, in one transaction. @throws {HomecomingError} USAGE */
export async function fillDemo(into: { readonly db: Site['db'] }, options: FillOptions): Promise<Filled> {
  const filling = await import('../crm/fill.ts')
  return filling.fillDemo(into, options)
}
