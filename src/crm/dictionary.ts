/**
 * The CRM model: the classic tables that a real CRM needs, with their classic numbers and fields in order.
 * Role:  one dictionary among others; the engine never imports it.
 * Shape: parents before children, as far as there is such an order; a file per subject.
 * @source SPEC section 7 for membership; the public documentation of the classic database for numbers and fields
 */
import type { Dictionary } from '../dictionary/model.ts'
import { contact, contactinterest } from './companies.ts'
import { appointment, document } from './follow-ups.ts'
import { company, country, mergemovelog, ownercontactlink, udeffield } from './installation.ts'
import { lists } from './lists.ts'
import { relations, text, visiblefor } from './notes.ts'
import { person, personinterest } from './persons.ts'
import { project, projectmember } from './projects.ts'
import { address, email, phone, url } from './reach.ts'
import { salehist } from './sale-history.ts'
import { sale, salestakeholder } from './sales.ts'
import { selection, selectionmember } from './selections.ts'
import { userDefined } from './user-defined.ts'
import { associate, usergroup, usergrouplink, userpreference } from './users.ts'

export const crmDictionary: Dictionary = {
  name: 'crm',
  version: 1,
  parts: {
    associate: { table: 'associate', name: 'name' },
    company: { table: 'contact' },
    document: { table: 'document' },
  },
  tables: [
    usergroup,
    associate,
    usergrouplink,
    userpreference,
    company,
    country,
    ...lists,
    udeffield,
    ...userDefined,
    contact,
    person,
    project,
    sale,
    appointment,
    document,
    ownercontactlink,
    address,
    phone,
    email,
    url,
    contactinterest,
    personinterest,
    projectmember,
    salestakeholder,
    salehist,
    relations,
    visiblefor,
    text,
    mergemovelog,
    selection,
    selectionmember,
  ],
}
