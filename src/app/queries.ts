/** Queries: the words in which an application asks an open database. Kysely's `sql`, which the storage compiles. */
export { sql } from 'kysely'
