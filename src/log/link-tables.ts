/** Our bookkeeping about links and packets. */
import type { OwnTable } from '../storage/contract.ts'

const int = (name: string, fallback = 0) => ({ name, type: 'int', default: fallback }) as const
const key = (name: string) => ({ name, type: 'int' }) as const
const text = (name: string) => ({ name, type: 'text', default: '' }) as const
const bytes = (name: string) => ({ name, type: 'bytes', nullable: true }) as const

/**
 * One row per lifetime of a child, and at a child one row (PARENT_LINK) for its parent.
 *   state:              away, home, written-off, broken
 *   prototype_position: what the child began with
 *   cut_position:       at a parent, the position up to which DWNs have been cut; at a child, up to which UPs have been sealed
 *   out_*, in_*:        highest number written and read without a gap, and the hash of that packet
 *   out_acked:          highest number of ours that the other side has read
 *   owes_ack:           1 when something with content was read since the last packet was written
 *   heard_time:         our clock when the last packet was read
 */
export const LINK: OwnTable = {
  name: 'hc_link',
  columns: [
    key('link_id'),
    int('travel_id'),
    text('name'),
    text('tag'),
    text('state'),
    int('systemlevel'),
    int('area_id'),
    bytes('wrapped_key'),
    int('mode', 2),
    int('prototype_position'),
    int('prototype_time'),
    int('cut_position'),
    int('out_number'),
    bytes('out_hash'),
    int('out_acked'),
    int('in_number'),
    bytes('in_hash'),
    int('owes_ack'),
    int('born_time'),
    int('heard_time'),
    int('closed_time'),
    int('pairs_told'),
    int('dictionary_version'),
    text('series'),
  ],
  key: ['link_id'],
  indexes: [['tag'], ['travel_id']],
}

/** One row per packet written or read, until the other side has acknowledged it and nobody asks for its hash. */
export const PACKET: OwnTable = {
  name: 'hc_packet',
  columns: [
    key('link_id'),
    key('outgoing'),
    key('number'),
    bytes('hash'),
    text('name'),
    int('bytes'),
    int('first_position'),
    int('last_position'),
    int('created'),
    int('content'),
    int('final'),
  ],
  key: ['link_id', 'outgoing', 'number'],
}

/** Records whose state the other side must be told, whatever the positions say. */
export const ANSWER: OwnTable = {
  name: 'hc_answer',
  columns: [key('link_id'), key('tablenumber'), key('record_id')],
  key: ['link_id', 'tablenumber', 'record_id'],
}

/** Records that were not written as they came: `maker`, `maker_position` name what came, `position` is that of what was written instead. */
export const INSTEAD: OwnTable = {
  name: 'hc_instead',
  columns: [key('tablenumber'), key('record_id'), int('maker'), int('maker_position'), int('position')],
  key: ['tablenumber', 'record_id'],
}

/** Old record -> the one kept in its place. `link`: PARENT_LINK where the parent decided it, else 0. */
export const ALIAS: OwnTable = {
  name: 'hc_alias',
  columns: [key('tablenumber'), key('old_id'), key('kept_id'), int('position'), int('link')],
  key: ['tablenumber', 'old_id'],
  indexes: [['position']],
}

/**
 * The account of one UP: at the parent per link, at a child under PARENT_LINK.
 *   made:    edits it stands for; cancelled: of these, created and deleted before they were sent (applied)
 *   told:    0 while the child has not been sent these figures
 */
export const LEDGER: OwnTable = {
  name: 'hc_ledger',
  columns: [
    key('link_id'),
    key('packet'),
    int('made'),
    int('cancelled'),
    int('created'),
    int('applied'),
    int('merged'),
    int('overruled'),
    int('rejected'),
    int('held'),
    int('judged'),
    int('told'),
  ],
  key: ['link_id', 'packet'],
}

/**
 * Edits that did not come through whole, or displaced another: the conflict journal. Values are JSON by field name.
 *   parent_id: at a satellite, its number at central; 0: decided here
 */
export const CONFLICT: OwnTable = {
  name: 'hc_conflict',
  columns: [
    key('conflict_id'),
    int('time'),
    int('link_id'),
    int('packet'),
    int('tablenumber'),
    int('record_id'),
    text('verdict'),
    text('reason'),
    int('loser_link'),
    int('loser_associate'),
    int('loser_time'),
    int('winner_associate'),
    int('winner_time'),
    text('loser_kind'),
    text('winner_kind'),
    text('base'),
    text('mine'),
    text('theirs'),
    int('told'),
    int('restored_time'),
    int('parent_id'),
  ],
  key: ['conflict_id'],
  indexes: [
    ['loser_link', 'told'],
    ['tablenumber', 'record_id'],
  ],
}

/**
 * What became of people's edits, for whoever made them. A parent numbers the messages; a child has those that it was sent.
 *   link_id:     the journey on which the edit was made; 0: not on one
 *   packet:      the UP that brought the edit; 0: another than its judge was reading, or none
 *   was:         what had been said of it before: '' nothing, 'held', 'applied'
 *   conflict_id: what was lost, in the journal; 0: nothing was
 *   told_link:   at a parent, the link that was sent it last; at a child, PARENT_LINK once the parent knows that it was read
 *   read_time:   0 while unread
 *   parent_id:   at a satellite, its number at central; 0: written here
 */
export const INBOX: OwnTable = {
  name: 'hc_inbox',
  columns: [
    key('message_id'),
    int('time'),
    int('associate_id'),
    int('link_id'),
    int('packet'),
    int('tablenumber'),
    int('record_id'),
    text('was'),
    text('verdict'),
    text('reason'),
    int('conflict_id'),
    int('told_link'),
    int('read_time'),
    int('parent_id'),
  ],
  key: ['message_id'],
  indexes: [
    ['associate_id', 'read_time'],
    ['link_id', 'read_time'],
  ],
}

/**
 * Operations that could not be applied yet, translated, in the order of their coming. `sent`: at a child, the UP with which it
 * goes back to a parent that was put back; 0: it has not been asked for.
 */
export const HELD: OwnTable = {
  name: 'hc_held',
  columns: [
    key('held_id'),
    int('link_id'),
    int('packet'),
    int('tablenumber'),
    int('record_id'),
    bytes('operation'),
    text('code'),
    text('message'),
    int('time'),
    int('sent'),
  ],
  key: ['held_id'],
  indexes: [['tablenumber', 'record_id']],
}

/**
 * At a child: what the parent has told of a record while an edit of ours was on its way. Until it has read what had been sent by
 * then (`sent`: the last UP), it may be put back, and nobody else has it.
 */
export const PASSED_BY: OwnTable = {
  name: 'hc_passed_by',
  columns: [key('passed_id'), int('tablenumber'), int('record_id'), bytes('operation'), int('sent')],
  key: ['passed_id'],
  indexes: [],
}

/**
 * New records of a child that were held here: who had inserted them when, by the child's own clock. The log row that says so
 * went with the packet, and what took effect later has another time.
 */
export const INSERTED: OwnTable = {
  name: 'hc_inserted',
  columns: [key('link_id'), key('tablenumber'), key('record_id'), int('clock'), int('associate_id')],
  key: ['link_id', 'tablenumber', 'record_id'],
}

/** At a child: records that the parent asked for in full. At a parent: those it is going to ask a child for. */
export const WANTED: OwnTable = {
  name: 'hc_wanted',
  columns: [key('link_id'), key('tablenumber'), key('record_id')],
  key: ['link_id', 'tablenumber', 'record_id'],
}

/** Dictionaries that packets on their way may have been written with. */
export const DICTIONARY: OwnTable = {
  name: 'hc_dictionary',
  columns: [text('fingerprint'), int('version')],
  key: ['fingerprint'],
}

/** What the maker's own clock said of a log row whose time was corrected, by its position here. */
export const CLOCK: OwnTable = {
  name: 'hc_clock',
  columns: [key('position'), int('clock')],
  key: ['position'],
}

/**
 * What a side of a link knows of the other's past, where there was a break (src/rejoin). No row: there was none.
 *   own, ended:      of this side on this link: the present life, and those that ended; JSON
 *   life, position:  of the other side: the life that is accepted, and the highest of its positions that was read
 *   pending, note:   what the next packet must say, and with which values; JSON
 *   asked:           number of our packet that told the other side last that it went back
 *   alive:           the same, once somebody who had not gone back has acknowledged it: then there are two
 *   since:           at a child: where the log stood here when the last packet was read that the other side still knows to
 *                    have sent; at a parent that was restored: its last packet in the copy
 *   seen:            at a parent that was restored: the child had seen everything up to here, whatever it edited
 *   retell:          1 while the other side must be sent again also what it brought itself
 *   knew:            at a child that has taken back packets: how far it had read when it sealed the oldest, and 1; 0: there are none
 *   began:           at a parent that was restored: position of the prototype of a journey that began after the copy, as it had
 *                    been counted in the lost life; 0: the journey is in the copy
 *   unheard:         1 while the other side has not read anything that was written since `homecoming restored`
 *   former:          lives of the other side that ended: life, number and hash of the last packet read of it; of whoever took it
 *                    up, what he has taken back, renumbered and not known of it, and the ids that he has jumped to; JSON
 *   strays:          hashes of packets that did not fit, of whoever wrote them; none when somebody has found back; JSON
 *   refused:         those that were written by a twin; JSON
 */
export const REJOIN: OwnTable = {
  name: 'hc_rejoin',
  columns: [
    key('link_id'),
    text('own'),
    text('ended'),
    text('life'),
    int('position'),
    text('pending'),
    text('note'),
    int('asked'),
    int('alive'),
    int('since'),
    int('seen'),
    int('retell'),
    int('knew'),
    int('unheard'),
    int('began'),
    text('former'),
    text('strays'),
    text('refused'),
  ],
  key: ['link_id'],
}

export const PACKET_TABLES = [
  REJOIN,
  CLOCK,
  DICTIONARY,
  WANTED,
  LINK,
  PACKET,
  ANSWER,
  INSTEAD,
  ALIAS,
  LEDGER,
  CONFLICT,
  INBOX,
  HELD,
  INSERTED,
  PASSED_BY,
] as const
