/** Names and texts as PostgreSQL takes them. Names keep their case. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** An escape string where it must be one, so that no setting of the server changes what it means. */
export function text(value: string): string {
  const doubled = value.replaceAll("'", "''")
  return doubled.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}
