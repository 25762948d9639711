/**
 * Address: where a database of PostgreSQL is: `postgres://user:password@host:port/db?schema=sales`.
 * Shape: one address names a server, a database in it and a schema in that. What it does not say is asked of the
 *        usual places (PGHOST, PGUSER, PGPASSWORD, .pgpass), by the driver.
 * Never: lets a password out: `name` is for messages.
 */
import { HomecomingError } from '../../core/errors.ts'

export interface Address {
  /** The address without its password. */
  readonly name: string
  /** For the driver; without the schema. */
  readonly connection: string
  /** The same without its password: what the server's own programs understand. */
  readonly plain: string
  readonly host: string
  readonly port: string
  readonly database: string
  readonly schema: string
  /** The folder for what lies beside the database, where the address names it. */
  readonly home: string | undefined
  /** Whoever names it says that the pooler between gives each of its clients a session of its own. */
  readonly pooled: boolean
}

const FORM = 'postgres://user@host:5432/database?schema=sales'

export const isPostgresAddress = (path: string): boolean => /^postgres(ql)?:\/\//i.test(path)

/** @throws {HomecomingError} SETTING_INVALID */
export function readAddress(path: string): Address {
  const url = parsed(path)
  const schema = url.searchParams.get('schema') || 'public'
  const withPassword = new URL(url)
  const home = url.searchParams.get('home') ?? undefined
  const pooled = url.searchParams.get('pooler') === 'session'
  for (const ours of ['schema', 'home', 'pooler']) withPassword.searchParams.delete(ours)
  return {
    name: withoutSecrets(url),
    connection: withPassword.href,
    plain: withoutSecrets(withPassword),
    host: url.hostname || 'localhost',
    port: url.port || '5432',
    database: decodeURIComponent(url.pathname.slice(1)),
    schema,
    home,
    pooled,
  }
}

/** Writes a copy of the schema. The server's own programs refuse an address that says more than they know. */
export function dumpCommand(path: string): string {
  const { plain, database, schema } = readAddress(path)
  return `pg_dump --format=custom --schema='"${schema}"' --file='${database}.dump' '${plain}'`
}

function withoutSecrets(given: URL): string {
  const url = new URL(given)
  for (const secret of ['password', 'sslpassword']) url.searchParams.delete(secret)
  url.password = ''
  return url.href
}

/** The text is in no message: it may hold a password. */
function parsed(path: string): URL {
  const url = isPostgresAddress(path) ? URL.parse(path) : null
  if (url && url.pathname.length > 1) return url
  throw new HomecomingError(
    'SETTING_INVALID',
    `this is no address of a database in PostgreSQL; one is ${FORM}`,
  )
}
