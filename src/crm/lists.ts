/**
 * Lists: what people choose from. Everywhere, both ways; two entries of one name that were made apart become one.
 */
import type { Field, Table } from '../dictionary/model.ts'
import { BOTH_WAYS, key, may, must, stamps } from './fields.ts'

const list = (name: string, number: number, more: readonly Field[] = stamps): Table => ({
  name,
  number,
  travels: BOTH_WAYS,
  fields: [
    key(`${name}_id`),
    must.text('name', 239),
    may.int('rank'),
    may.text('tooltip', 254),
    may.int('deleted'),
    ...more,
  ],
  uniqueKeys: [{ fields: ['name'], onCollision: 'merge' }],
})

export const lists: readonly Table[] = [
  list('business', 61),
  list('category', 64, [
    ...stamps,
    may.id('categoryfamily_id'),
    may.int('category_group'),
    may.flag('enable_lead_status'),
  ]),
  list('task', 67, [
    must.int('record_type'),
    may.int('direction'),
    may.int('color_index'),
    ...stamps,
    may.int('defaultalldayevent'),
    may.int('defaultfreebusy'),
    may.int('defaultpublishtype'),
    may.id('intentid'),
    must.int('default_videomeeting_status'),
  ]),
  list('contint', 70),
  list('persint', 73),
  list('perspos', 76),
  list('priority', 79),
  list('prob', 82, [must.int('probability'), ...stamps]),
  list('projtype', 85, [
    ...stamps,
    may.int('projectduration'),
    may.int('durationunit'),
    may.flag('hasguide'),
    may.flag('isautoadvance'),
  ]),
  list('projstatus', 88),
  list('pmembtype', 91),
  list('mrmrs', 94),
  list('source', 100),
  list('reason', 103),
  list('currency', 112, [must.double('rate'), must.double('units'), ...stamps, may.text('isocode', 9)]),
  list('doctmpl', 130, [
    must.text('filename', 239),
    may.id('autoevent_id'),
    must.int('record_type'),
    may.int('direction'),
    may.int('saveindb'),
    may.text('default_oref', 239),
    may.text('regkey_open', 239),
    may.text('regkey_edit', 239),
    may.text('regkey_print', 239),
    may.int('accelerator'),
    ...stamps,
    may.int('defaultpublishtype'),
    may.id('intentid'),
    may.text('mimetype', 254),
    may.int('loadtemplatefromplugin'),
    may.int('quotedoctype'),
    may.int('privacydoctype'),
    may.text('emailsubject', 4000),
    may.flag('includesignature'),
    may.flag('showcurrents'),
    may.int('senderemailmode'),
    may.text('senderemailaddress', 256),
    may.int('invitationdoctype'),
  ]),
]
