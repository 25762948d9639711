/**
 * CRM rules: the words of SPEC 7 about the classic CRM, as a person would check them with a pencil.
 * Role:  tells whether the dictionary's rules say what SPEC says: it knows nothing of the dictionary.
 */
import type { Everything, Plain } from '../../../src/simulate/reference/everything.ts'

const CONTACT = 5
const PERSON = 6
const APPOINTMENT = 9
const DOCUMENT = 10
const PROJECT = 11
const SALE = 13
const SALE_HISTORY = 157
const TABLES: Readonly<Record<number, string>> = {
  [CONTACT]: 'contact',
  [PERSON]: 'person',
  [APPOINTMENT]: 'appointment',
  [DOCUMENT]: 'document',
  [PROJECT]: 'project',
  [SALE]: 'sale',
  [SALE_HISTORY]: 'salehist',
}

/** Who a text is about, by its type. */
const TEXTS: Readonly<Record<number, string>> = {
  1: 'contact',
  2: 'person',
  4: 'appointment',
  5: 'document',
  6: 'project',
  7: 'sale',
  11: 'project',
  13: 'projectmember',
  15: 'appointment',
  16: 'userpreference',
  20: 'udeffield',
  25: 'sale',
}

/** @returns undefined for tables that are everywhere, or do not travel */
export function crmSays(all: Everything, area: number, table: string, id: number): boolean | undefined {
  const rows = (name: string): Plain[] => [...(all.get(name)?.values() ?? [])]
  const of = (name: string, key: unknown): boolean =>
    Number(key ?? 0) !== 0 &&
    all.get(name)!.has(Number(key)) &&
    (crmSays(all, area, name, Number(key)) ?? true)
  const linked = (name: string, who: unknown): boolean =>
    rows(name).some(row => row.area_id === area && row.associate_id === who)
  const included = (who: unknown): boolean => linked('areauserinclusion', who)
  const row = all.get(table)!.get(id)
  if (!row) return false
  /** A record that has this row for its user-defined fields is a member. */
  const usedBy = (name: string, field: string): boolean =>
    rows(name).some(each => each[field] === id && of(name, each[`${name}_id`]))

  switch (table) {
    case 'contact':
      return included(row.associate_id) || rows('ownercontactlink').some(each => each.contact_id === id)
    case 'project':
      return included(row.associate_id)
    case 'sale':
      return included(row.associate_id) || of('contact', row.contact_id) || of('project', row.project_id)
    case 'appointment':
      return (
        included(row.associate_id) ||
        of('contact', row.contact_id) ||
        of('project', row.project_id) ||
        of('sale', row.sale_id)
      )
    case 'document':
      return of('appointment', row.appointment_id)
    case 'person':
      return row.contact_id ? of('contact', row.contact_id) : included(row.associate_id)
    case 'address':
      return Number(row.atype_idx) & 16384
        ? row.atype_idx === 16387 && of('person', row.owner_id)
        : [1, 2].includes(Number(row.atype_idx)) && of('contact', row.owner_id)
    case 'phone':
      return Number(row.ptype_idx) & 16384
        ? of('person', row.owner_id)
        : [1, 3].includes(Number(row.ptype_idx)) && of('contact', row.owner_id)
    case 'email':
    case 'url':
      return of('contact', row.contact_id) || of('person', row.person_id) || of('project', row.project_id)
    case 'contactinterest':
      return of('contact', row.contact_id)
    case 'personinterest':
      return of('person', row.person_id)
    case 'projectmember':
      return of('project', row.project_id)
    case 'salestakeholder':
    case 'salehist':
      return of('sale', row.sale_id)
    case 'text': {
      const about = TEXTS[Number(row.type)]
      return about !== undefined && of(about, row.owner_id)
    }
    case 'relations':
      return (
        of(TABLES[Number(row.source_table)] ?? 'contact', row.source_record) &&
        of(TABLES[Number(row.destination_table)] ?? 'contact', row.destination_record)
      )
    case 'visiblefor':
      return of(TABLES[Number(row.tableid)] ?? 'contact', row.recordid)
    case 'userpreference':
      return (
        row.deflevel !== 5 ||
        !row.owner_id ||
        included(row.owner_id) ||
        linked('areauserassignment', row.owner_id)
      )
    case 'udcontactsmall':
      return usedBy('contact', 'userdef_id')
    case 'udcontactlarge':
      return usedBy('contact', 'userdef2_id')
    case 'udpersonsmall':
      return usedBy('person', 'userdef_id')
    case 'udpersonlarge':
      return usedBy('person', 'userdef2_id')
    case 'udprojectsmall':
      return usedBy('project', 'userdef_id')
    case 'udprojectlarge':
      return usedBy('project', 'userdef2_id')
    case 'udsalesmall':
      return usedBy('sale', 'userdef_id') || usedBy('salehist', 'userdef_id')
    case 'udsalelarge':
      return usedBy('sale', 'userdef2_id') || usedBy('salehist', 'userdef2_id')
    case 'udappntsmall':
      return usedBy('appointment', 'userdef_id')
    case 'udappntlarge':
      return usedBy('appointment', 'userdef2_id')
    case 'uddocsmall':
      return usedBy('document', 'userdef_id')
    case 'uddoclarge':
      return usedBy('document', 'userdef2_id')
    default:
      return undefined
  }
}
