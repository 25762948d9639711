/**
 * Versions: what a report of a fault must name.
 */
import { readFileSync } from 'node:fs'

/** From the package's own description, which lies two folders up from here, compiled or not. */
export function programVersion(): string {
  const described: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const version =
    typeof described === 'object' && described !== null && 'version' in described ? described.version : ''
  return String(version)
}

/** Name to version, in the order in which they are shown. */
export function allVersions(): Record<string, string> {
  return { homecoming: programVersion(), node: process.versions.node }
}
