/**
 * The key of a link, at either end.
 *   mode 0: none · mode 1: one key for the installation, derived from the installation key · mode 2: the child's own
 * A child never holds the installation key; its copy of the derived one is wrapped under its own.
 */
import { assume } from '../core/errors.ts'
import type { Site } from '../log/site.ts'
import { PARENT_LINK } from '../log/version.ts'
import { deriveKey, unwrapKey } from '../platform/keys.ts'
import type { Link } from './link.ts'

/** @returns undefined in mode 0 */
export function linkKey(site: Site, link: Link): Uint8Array | undefined {
  const child = link.link_id === PARENT_LINK
  switch (link.mode) {
    case 0:
      return undefined
    case 1:
      return child ? unwrapped(site, link) : installationPackets(site)
    case 2:
      // A satellite keeps the key of its link as a parent does: under the installation key of its own office.
      return child && link.wrapped_key === null ? site.key : unwrapped(site, link)
    default:
      throw link.mode satisfies never
  }
}

/** The key that all links of mode 1 share. */
export const installationPackets = (site: Site): Uint8Array =>
  deriveKey(site.platform, site.key, 'installation packets')

function unwrapped(site: Site, link: Link): Uint8Array {
  assume(link.wrapped_key, `link ${link.link_id} has no key`)
  return unwrapKey(site.platform, site.key, link.wrapped_key)
}
