/**
 * Canonical: one text per dictionary, whatever the order of its properties, and the fingerprint of that text.
 * Never: depends on the machine: the digest (SHA-256) is handed in.
 */
import type { Dictionary } from './model.ts'

export type Digest = (bytes: Uint8Array) => Uint8Array

/** JSON with sorted properties and without absent ones: equal models give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isPlainObject(inner) ? sorted(inner) : inner))
}

/** Names a model: 64 hex digits of SHA-256. The same on every machine, for every order of properties. */
export function fingerprint(dictionary: Dictionary, digest: Digest): string {
  const bytes = digest(new TextEncoder().encode(canonicalJson(dictionary)))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
