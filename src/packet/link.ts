/**
 * Link: one lifetime of a child, as either end keeps it.
 * Role:  reads and advances the counters of a link. The caller's transaction makes it one step with the data.
 */
import { sql } from 'kysely'
import { prefixOf, type Tag } from '../core/ids.ts'
import type { Reading, Writing } from '../storage/contract.ts'

export type LinkState = 'away' | 'home' | 'written-off' | 'broken'

export interface Link {
  readonly link_id: number
  readonly travel_id: number
  readonly name: string
  readonly tag: Tag
  readonly state: LinkState
  readonly systemlevel: number
  readonly area_id: number
  readonly wrapped_key: Uint8Array | null
  readonly mode: 0 | 1 | 2
  readonly prototype_position: number
  readonly prototype_time: number
  readonly cut_position: number
  readonly out_number: number
  readonly out_hash: Uint8Array | null
  readonly out_acked: number
  readonly in_number: number
  readonly in_hash: Uint8Array | null
  readonly owes_ack: number
  readonly born_time: number
  readonly heard_time: number
  readonly closed_time: number
  readonly pairs_told: number
  /** Of the dictionary that the child has, or will have when it has read what was sent. */
  readonly dictionary_version: number
  readonly series: string
}

/** A satellite's `travel_id` is its number × 2^24, a traveller's the associate. */
export const isSatellite = (link: Pick<Link, 'travel_id'>): boolean => prefixOf(link.travel_id) > 0

/** It was restored from a copy that the log does not reach back to: by itself it never finds back. @returns what is needed */
export const whyBroken = (link: Pick<Link, 'name' | 'travel_id'>): string =>
  `${link.name} was restored from a copy that is older than the log here reaches back to: ${
    isSatellite(link) ? 'it has to be regenerated' : 'write this journey off, then leave again'
  }`

/** Column by column, so that the compiler keeps table and type together. */
const select = sql<Link>`select * from hc_link`

export const allLinks = (read: Reading): Promise<Link[]> =>
  read.rows(sql<Link>`${select} where link_id > 0 order by link_id`)

export const linksAway = (read: Reading): Promise<Link[]> =>
  read.rows(sql<Link>`${select} where link_id > 0 and state in ('away', 'broken') order by link_id`)

export const linkById = (read: Reading, id: number): Promise<Link | undefined> =>
  read.row(sql<Link>`${select} where link_id = ${id}`)

export const linkByTag = (read: Reading, tag: Tag): Promise<Link | undefined> =>
  read.row(sql<Link>`${select} where tag = ${tag}`)

/** The link of a person who is out now. */
export const linkOfPerson = (read: Reading, associate: number): Promise<Link | undefined> =>
  read.row(
    sql<Link>`${select} where travel_id = ${associate} and link_id > 0 and state in ('away', 'broken')`,
  )

export async function insertLink(write: Writing, link: Link): Promise<void> {
  const columns = Object.keys(link).filter(name => name !== 'link_id')
  await write.insert({ table: 'hc_link', key: ['link_id'], columns }, [
    [link.link_id, ...columns.map(name => link[name as keyof Link])],
  ])
}

export async function nextLinkId(read: Reading): Promise<number> {
  const row = await read.row(sql<{ id: number }>`select coalesce(max(link_id), 0) + 1 as id from hc_link`)
  return Math.max(row?.id ?? 1, 1)
}

/** Sets the named columns; the link's own id stays. */
export async function updateLink(
  write: Writing,
  id: number,
  values: Partial<Omit<Link, 'link_id'>>,
): Promise<void> {
  const names = Object.keys(values)
  await write.update({ table: 'hc_link', key: ['link_id'], columns: names }, [[id, ...Object.values(values)]])
}
