/**
 * Projects and their members. A project brings no persons into an area; its members are only pointers to them.
 */
import type { Table } from '../dictionary/model.ts'
import { BY_AREA, key, may, must, stamps } from './fields.ts'

export const project: Table = {
  name: 'project',
  number: 11,
  travels: BY_AREA,
  fields: [
    key('project_id'),
    may.text('name', 219),
    may.number('project_number', 49),
    must.to('type_idx', 'projtype'),
    may.to('status_idx', 'projstatus'),
    must.role('associate_id', 'owner', 'associate'),
    may.to('text_id', 'text'),
    must.time('registered'),
    must.to('registered_associate_id', 'associate'),
    must.time('updated'),
    must.to('updated_associate_id', 'associate'),
    may.to('userdef_id', 'udprojectsmall'),
    may.text('soundex', 9),
    may.int('source'),
    may.to('userdef2_id', 'udprojectlarge'),
    may.to('postittext_id', 'text'),
    must.int('updatedcount'),
    may.to('group_id', 'usergroup'),
    may.id('tzlocationid'),
    may.counter('activelinks'),
    may.flag('done'),
    may.time('enddate'),
    may.time('nextmilestonedate'),
    may.to('nmdappointment_id', 'appointment'),
    may.int('activeerplinks'),
    may.int('event_id'),
    may.time('startdate'),
  ],
  indexes: [['associate_id'], ['name'], ['userdef_id'], ['userdef2_id']],
  membership: [{ kind: 'owner', field: 'associate_id' }],
}

export const projectmember: Table = {
  name: 'projectmember',
  number: 12,
  travels: BY_AREA,
  fields: [
    key('projectmember_id'),
    may.of('project_id', 'project'),
    may.to('contact_id', 'contact'),
    may.to('person_id', 'person'),
    may.int('rank'),
    may.to('mtype_idx', 'pmembtype'),
    may.to('text_id', 'text'),
    ...stamps,
    must.int('event_participant_status'),
  ],
  uniqueKeys: [{ fields: ['project_id', 'person_id'], onCollision: 'merge' }],
  indexes: [['contact_id'], ['person_id']],
  membership: [{ kind: 'parent', field: 'project_id' }],
}
