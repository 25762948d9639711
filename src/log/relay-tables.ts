/** What a satellite keeps between its travellers and central, and central about the edits that a satellite has passed on. */
import type { OwnTable } from '../storage/contract.ts'

const int = (name: string, fallback = 0) => ({ name, type: 'int', default: fallback }) as const
const key = (name: string) => ({ name, type: 'int' }) as const
const text = (name: string) => ({ name, type: 'text', default: '' }) as const

/** At a satellite: records that have left its area, and the position at which its travellers have to hear of it. */
export const LEFT: OwnTable = {
  name: 'hc_left',
  columns: [key('tablenumber'), key('record_id'), int('position')],
  key: ['tablenumber', 'record_id'],
  indexes: [['position']],
}

/**
 * At a satellite: edits of its travellers on records that have left its area, passed on to central unjudged (SPEC 9).
 *   link_id, packet:  the UP that brought it · sent: the UP that passes it on; 0 not yet
 *   maker, maker_position: its version, by which the verdict finds it again
 */
export const PASSED: OwnTable = {
  name: 'hc_passed',
  columns: [
    key('passed_id'),
    int('link_id'),
    int('packet'),
    int('tablenumber'),
    int('record_id'),
    int('maker'),
    int('maker_position'),
    int('associate_id'),
    { name: 'operation', type: 'bytes', nullable: true },
    int('sent'),
  ],
  key: ['passed_id'],
  indexes: [['tablenumber', 'record_id']],
}

/** At a satellite: edits of travellers that it took, until central has judged the UP that carries them. */
export const BROUGHT: OwnTable = {
  name: 'hc_brought',
  columns: [
    key('tablenumber'),
    key('record_id'),
    key('maker'),
    key('maker_position'),
    int('link_id'),
    int('packet'),
    text('verdict'),
    int('sent'),
  ],
  key: ['tablenumber', 'record_id', 'maker', 'maker_position'],
  indexes: [['sent']],
}

/** At central: what was not taken just as it came over a satellite's link, by its version; told with the next DWN. */
export const VERDICT: OwnTable = {
  name: 'hc_verdict',
  columns: [
    key('link_id'),
    key('tablenumber'),
    key('record_id'),
    key('maker'),
    key('maker_position'),
    text('verdict'),
  ],
  key: ['link_id', 'tablenumber', 'record_id', 'maker', 'maker_position'],
}

/**
 * At central: what each satellite said last of its travellers, as packets carry it (src/packet/branch.ts).
 *   travel_id: the satellite's number × 2^24, whatever its generation · link_id: which generation said it
 */
export const BRANCH: OwnTable = {
  name: 'hc_branch',
  columns: [key('travel_id'), int('link_id'), { name: 'body', type: 'bytes', nullable: true }],
  key: ['travel_id'],
}

export const RELAY_TABLES = [LEFT, PASSED, BROUGHT, VERDICT, BRANCH] as const
