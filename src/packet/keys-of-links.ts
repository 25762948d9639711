/** The key of a link, at either end: a child has its own, a parent keeps it wrapped by the installation key. */
import { assume } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { unwrapKey } from './keys.ts'
import type { Link } from './link.ts'

/** @returns undefined in mode 0 (no encryption) */
export function linkKey(site: Site, link: Link): Uint8Array | undefined {
  if (link.mode === 0) return undefined
  if (link.link_id === PARENT_LINK) return site.key
  assume(link.wrapped_key, `link ${link.link_id} has no key`)
  return unwrapKey(site.platform, site.key, link.wrapped_key)
}
