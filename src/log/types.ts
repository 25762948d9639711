/**
 * Log types: the numbers in `traveltransactionlog.type` and what they mean. They are the classic system's own.
 * Never:  changes. A number that we do not know is passed over, as the classic readers did.
 * @source SPEC section 2
 */
export const LOG = {
  /** No change: keeps the ids below it free for a program that reserved them. Has no position. */
  marker: 0,
  insert: 4352,
  update: 4608,
  delete: 4864,
  /** `previous` is the previous owner; always after its Update. */
  updateOwner: 5120,
  /** Read as updateContact and updateProject, never written. */
  oldUpdateContact: 5376,
  oldUpdateProject: 5632,
  /** `table` 41 or 40, `record` the area, `previous` the associate who left it. */
  deleteAreaUserInclusion: 5888,
  deleteAreaUserAssignment: 6144,
  /** `table` is the owner of the layout, `previous` its new version. */
  publishUdef: 6400,
  /** 8192..8199: `previous` is a mask of 32 bits; bit b of type 8192+p is field 32p+b. Before their Update. */
  fieldPart: 8192,
  updateContact: 10000,
  updateProject: 20000,
  truncateTable: 21000,
} as const

export const FIELDS_IN_PART = 32
export const FIELD_PARTS = 8
/** Field-level replication reaches this many fields. */
export const WIDEST_TABLE = FIELDS_IN_PART * FIELD_PARTS

const NAMES: Readonly<Record<number, string>> = {
  [LOG.marker]: 'Reserved',
  [LOG.insert]: 'Insert',
  [LOG.update]: 'Update',
  [LOG.delete]: 'Delete',
  [LOG.updateOwner]: 'UpdateOwner',
  [LOG.oldUpdateContact]: 'OldUpdateContact',
  [LOG.oldUpdateProject]: 'OldUpdateProject',
  [LOG.deleteAreaUserInclusion]: 'DeleteAreaUserInclusion',
  [LOG.deleteAreaUserAssignment]: 'DeleteAreaUserAssignment',
  [LOG.publishUdef]: 'PublishUdef',
  [LOG.updateContact]: 'UpdateContact',
  [LOG.updateProject]: 'UpdateProject',
  [LOG.truncateTable]: 'TruncateTable',
}

/** For people: "Update", "UpdateFieldPart3", or "Type 77" for what we do not know. */
export function logTypeName(type: number): string {
  const part = type - LOG.fieldPart
  if (part >= 0 && part < FIELD_PARTS) return `UpdateFieldPart${part + 1}`
  return NAMES[type] ?? `Type ${type}`
}

/** Types whose `record` is no record of `table`. */
export const namesNoRecord = (type: number): boolean =>
  type === LOG.marker ||
  type === LOG.deleteAreaUserInclusion ||
  type === LOG.deleteAreaUserAssignment ||
  type === LOG.publishUdef ||
  type === LOG.truncateTable
