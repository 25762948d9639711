/**
 * Users: associates, their groups and their preferences.
 * Associates are made at central; their rows travel everywhere, because everything names them.
 * @source enum PreferenceLevel of the classic documentation: 4 group, 5 individual; lower levels own nothing
 */
import type { Reference, Table } from '../dictionary/model.ts'
import { BOTH_WAYS, BY_AREA, key, may, must, stamps } from './fields.ts'

const PREFERENCE_OWNER: Reference = {
  kind: 'typed',
  typeField: 'deflevel',
  owning: true,
  tables: { 4: 'usergroup', 5: 'associate' },
}

export const associate: Table = {
  name: 'associate',
  number: 2,
  travels: BOTH_WAYS,
  fields: [
    key('associate_id'),
    must.text('name', 239),
    may.int('rank'),
    may.text('tooltip', 254),
    may.int('deleted'),
    must.to('group_idx', 'usergroup'),
    must.time('lastlogin'),
    must.time('lastlogout'),
    must.to('person_id', 'person'),
    must.time('checklistlimit'),
    may.int('type'),
    may.text('userflags', 127),
    ...stamps,
    may.flag('islocation'),
    may.id('tzlocationid'),
    may.text('locationaddress', 239),
    may.id('ejuserid'),
    must.text('encryptedcheck', 254),
    may.text('username', 254),
    must.flag('waiting_for_approval'),
  ],
  uniqueKeys: [{ fields: ['name'], onCollision: 'reject' }],
  indexes: [['person_id']],
}

export const usergroup: Table = {
  name: 'usergroup',
  number: 59,
  travels: BOTH_WAYS,
  fields: [
    key('usergroup_id'),
    must.text('name', 239),
    may.int('rank'),
    may.text('tooltip', 254),
    may.int('deleted'),
    may.int('type'),
    ...stamps,
  ],
  uniqueKeys: [{ fields: ['name'], onCollision: 'suffix' }],
}

export const usergrouplink: Table = {
  name: 'usergrouplink',
  number: 60,
  travels: BOTH_WAYS,
  fields: [
    key('usergrouplink_id'),
    must.of('assoc_id', 'associate'),
    must.to('usergroup_id', 'usergroup'),
    may.text('remark', 254),
    may.time('validfrom'),
    may.time('validto'),
    ...stamps,
    may.text('encryptedcheck', 254),
  ],
  indexes: [['assoc_id'], ['usergroup_id']],
}

export const userpreference: Table = {
  name: 'userpreference',
  number: 56,
  travels: BY_AREA,
  fields: [
    key('userpreference_id'),
    must.int('deflevel'),
    must.int('maxlevel'),
    must.pointer('owner_id', PREFERENCE_OWNER),
    must.text('prefsection', 199),
    must.text('prefkey', 199),
    may.text('prefvalue', 2046),
    ...stamps,
  ],
  uniqueKeys: [{ fields: ['prefsection', 'prefkey', 'deflevel', 'owner_id'], onCollision: 'merge' }],
  indexes: [['owner_id']],
  membership: [{ kind: 'user', field: 'owner_id' }],
}
