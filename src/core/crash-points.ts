/**
 * Crash points: the places where the death of the process would hurt most, by name.
 * Role:  a test kills the process at each of them and looks at what a second run makes of it (test/bad-input).
 * Never: does anything where no test has asked for it.
 */

/** What has happened when the point is reached. */
export const CRASH_POINTS = {
  'file-written': 'a new file is whole and synced, and not yet under its name',
  'create-filled': 'the new central database is filled, and not yet under its name',
  'create-key-written': 'the installation key is written, its database is not yet under its name',
  'activate-captured': 'capture is installed, before the commit',
  'deactivate-removed': 'capture is removed, before the commit',
  'prototype-begun': 'the build is noted',
  'prototype-copied': 'the tables are copied',
  'prototype-prepared': 'the copy is a travel database without identity',
  'prototype-named': 'the prototype has its name, and is not offered yet',
  'prototype-offered': 'it is offered, the files of the older ones are still there',
  'go-noted': 'the note with the tag of the journey is written',
  'go-key-written': 'the travel key is written',
  'go-copied': 'the prototype is copied',
  'rekey-begun': 'no journal is kept of the copy, the key is the old one',
  'rekey-changed': 'the key is changed, nothing is synced',
  'go-rekeyed': 'the copy has its own key',
  'go-identified': 'the copy knows who it is, and nobody is away yet',
  'go-lending': 'link and number series are lent too, before the commit',
  'go-lent': 'the person is away, the copy is not yet under its name',
  'go-named': 'the travel database has its name, nothing was exchanged yet',
  'go-exchanged': 'the first exchange is done, the note is still there',
  'satellite-copied': 'the copy of the area is made, and central knows of no satellite',
  'satellite-founding': 'number, link and series are given, and the copy knows who it is, before the commit',
  'satellite-founded': 'central knows the satellite, its database is not yet under its name',
  'satellite-named': 'the database of the satellite has its name, nothing was exchanged yet',
  'satellite-exchanged': 'the first exchange with the satellite is done, the note is still there',
  'packet-written': 'the packet is written, and not yet under its name',
  'packet-named': 'the packet has its name, and is not noted yet',
  'packet-noted': 'number and hash are noted, before the commit',
  'packet-sealed': 'the seal is committed, nobody else has seen the packet',
  'packet-sent': 'the packet is visible to the other end',
  'up-kept': 'the UP is kept beside the database, before the commit that applies it',
  'packet-applying': 'everything of the packet is written, before the commit',
  'packet-applied': 'the packet is applied, and still waits at the carrier',
  'packet-settled': 'the packet is put away',
  'rejoin-noticed': 'it is noted that the other side went back, before the commit',
  'rejoin-unsealed': 'what the other side will never read is unsent again, before the commit',
  'rejoin-jumped': 'ids and positions have jumped, before the commit',
  'rejoin-renumbered': 'new records have new ids, before the commit',
  'rejoin-adopted': 'the side that went back goes on from the other, before the commit',
  'rejoin-told-again': 'the side ahead has gone back to what the other still has, before the commit',
  'quarantine-explained': 'the reason is written, the refused packet is still at its place',
  'link-closing': 'the release is sealed and the link retired, before the commit',
  'home-sealing': 'the last UP is sealed and the child closed, before the commit',
  'release-kept': 'the release is applied, and the child has its own copy of it',
  'release-checked': 'the release is checked, the key is still there',
  'key-overwritten': 'the key is overwritten, its file is still there',
  'key-destroyed': 'the key is gone',
  'write-off-retired': 'the link is written off, before the commit',
  'grow-enlarged': 'tables and fields are added, before the commit',
  'prune-deleted': 'log rows are deleted, before the commit',
  'prune-committed': 'log rows are gone, the files of acknowledged packets are still there',
  'upgrade-copied': 'the copy from before the upgrade is written',
  'upgrade-stepped': 'all steps are run, before the commit',
  'remove-dropped': 'all tables of ours are dropped, before the commit',
  'remove-committed': 'the database is an ordinary one, our files still lie beside it',
} as const satisfies Record<string, string>

export type CrashPoint = keyof typeof CRASH_POINTS

let hook: ((point: CrashPoint) => void) | undefined

/** For tests: called at every point; undefined takes it away again. */
export function setCrashHook(called: ((point: CrashPoint) => void) | undefined): void {
  hook = called
}

export const crashPoint = (point: CrashPoint): void => hook?.(point)
