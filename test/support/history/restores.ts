/** Restores: copies of laptops are made and put back; what had reached the office by then must not be lost by it. */
import { sql } from 'kysely'
import { sameBytes } from '../../../src/core/values.ts'
import { PARENT_LINK } from '../../../src/log/version.ts'
import { linkById, linkByTag } from '../../../src/packet/link.ts'
import type { Audit } from '../../../src/simulate/checks/audit.ts'
import { buildAgain } from '../../../src/simulate/restores.ts'
import type { Received } from '../../../src/travel/receive.ts'
import { backupOf, backupOfOffice, restore, restoreOffice } from '../../rejoin/copies.ts'
import type { Laptop, Office } from '../office.ts'

interface Sealed {
  readonly number: number
  readonly hash: Uint8Array
  /** The first edit that is not in it. */
  readonly next: number
}

export class Restores {
  readonly #office: Office
  readonly #laptops: Laptop[]
  readonly #audit: Audit
  readonly #backups = new Map<string, string>()
  readonly #sealed = new Map<string, Sealed[]>()
  /** Something was put back. */
  any = false
  /** The office was. */
  office = false
  /** The first edit that is not in the copy of the office. */
  #officeSince: number | undefined

  constructor(office: Office, laptops: Laptop[], audit: Audit) {
    this.#office = office
    this.#laptops = laptops
    this.#audit = audit
  }

  /** A packet of a life that was lost is put aside. */
  mayRefuse({ code }: Received): boolean {
    return this.any && code === 'LINK_REJOINING'
  }

  /** Who comes home or leaves is not in the copy any more. */
  forget(): void {
    this.#officeSince = undefined
  }

  async backupOffice(): Promise<void> {
    backupOfOffice(this.#office)
    this.#officeSince = this.#audit.next
  }

  async restoreOffice(): Promise<boolean> {
    if (this.#officeSince === undefined) return false
    this.any = true
    this.office = true
    await this.#audit.excuseAllSince(
      this.#officeSince,
      this.#laptops.map(({ site }) => site),
    )
    await this.#audit.excuseJournaled(this.#office.site)
    await restoreOffice(this.#office)
    await buildAgain(this.#office.site)
    return true
  }

  async backup(child: number): Promise<void> {
    const laptop = this.#laptops[child]!
    this.#backups.set(laptop.site.identity.tag, backupOf(laptop))
  }

  async restore(child: number): Promise<void> {
    const laptop = this.#laptops[child]!
    const { tag } = laptop.site.identity
    const backup = this.#backups.get(tag)
    if (backup === undefined) return
    this.any = true
    this.#audit.excuseSince(tag, await this.#firstUnread(tag))
    // What a restored office had not got back from it yet is gone with the disk.
    if (this.office)
      await this.#audit.excuseAllSince(
        0,
        [
          this.#office.desk,
          ...this.#laptops.filter((_, index) => index !== child).map(({ desk }) => desk),
        ].map(({ site }) => site),
      )
    this.#laptops[child] = await restore(laptop, backup)
    await this.noteSealed(this.#laptops[child]!)
  }

  /** Which edits are in which packet. */
  async noteSealed({ site }: Laptop): Promise<void> {
    const { tag } = site.identity
    const link = (await site.db.snapshot(read => linkById(read, PARENT_LINK)))!
    const all = this.#sealed.get(tag) ?? []
    this.#sealed.set(tag, all)
    const known = all.some(
      ({ number, hash }) => number === link.out_number && link.out_hash && sameBytes(hash, link.out_hash),
    )
    if (!known && link.out_hash)
      all.push({ number: link.out_number, hash: link.out_hash, next: this.#audit.next })
  }

  /** The first edit of a journey that is in no packet that the office has read. */
  async #firstUnread(tag: string): Promise<number> {
    const link = (await this.#office.site.db.snapshot(read => linkByTag(read, tag)))!
    const rows = await this.#office.desk.rows(
      sql<{ number: number; hash: Uint8Array }>`select number, hash from hc_packet
        where link_id = ${link.link_id} and outgoing = 0`,
    )
    if (this.office) return 0
    const readHere = (this.#sealed.get(tag) ?? []).filter(({ number, hash }) =>
      rows.some(row => row.number === number && sameBytes(row.hash, hash)),
    )
    return Math.max(0, ...readHere.map(({ next }) => next))
  }
}
