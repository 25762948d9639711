/** Versions: what a report of a fault must name. */
import { readFileSync } from 'node:fs'
import { crmDictionary } from '../crm/dictionary.ts'
import { PACKET_FORMAT } from '../packet/label.ts'
import { SCHEMA_VERSION } from '../travel/upgrade-steps.ts'
import { machine } from './wire.ts'

export interface Versions {
  readonly homecoming: string
  readonly node: string
  readonly sqlite: string
  /** Of the CRM model that this program creates databases with. */
  readonly dictionary: string
  /** Of our own tables. */
  readonly tables: string
  readonly packets: string
}

export const versions = (): Versions => ({
  homecoming: programVersion(),
  node: process.versions.node,
  sqlite: machine().storage.version(),
  dictionary: `${crmDictionary.name} ${crmDictionary.version}`,
  tables: String(SCHEMA_VERSION),
  packets: String(PACKET_FORMAT),
})

/** From the package's own description, which lies two folders up from here, compiled or not. */
function programVersion(): string {
  const described: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const named = typeof described === 'object' && described !== null && 'version' in described
  return named ? String(described.version) : 'unknown'
}
