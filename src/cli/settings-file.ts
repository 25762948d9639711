/**
 * Settings file: homecoming.config.json in the working folder, if there is one.
 * Shape: one JSON object; its names are those of `homecoming config`.
 * Never: searches other folders. What is read must be plain from where one stands.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HomecomingError } from '../index.ts'

export const SETTINGS_FILE = 'homecoming.config.json'

export interface SettingsFile {
  readonly path: string
  readonly found: boolean
  readonly values: Readonly<Record<string, unknown>>
}

/** @throws {HomecomingError} SETTING_INVALID if the file is not a JSON object or sets what does not exist */
export function readSettingsFile(folder: string, known: readonly string[]): SettingsFile {
  const path = join(folder, SETTINGS_FILE)
  const text = textOf(path)
  if (text === undefined) return { path, found: false, values: {} }
  const values = objectIn(path, text)
  for (const name of Object.keys(values)) {
    if (!known.includes(name)) throw invalid(path, `'${name}' is no setting (there are ${known.join(', ')})`)
  }
  return { path, found: true, values }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new HomecomingError('FILE_FAILED', `${path} cannot be read`, { path }, error)
  }
}

function objectIn(path: string, text: string): Record<string, unknown> {
  const value = parsed(path, text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw invalid(path, 'it is not one JSON object')
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid(path, `it is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const invalid = (path: string, why: string) =>
  new HomecomingError('SETTING_INVALID', `${path}: ${why}`, { path })
