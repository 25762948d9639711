/** Schema: the tables as Drizzle sees them. `sequence` is the only one of Homecoming's that the application uses. */
import {
  bigint,
  boolean,
  date,
  integer,
  numeric,
  pgSchema,
  text,
  timestamp,
  varchar,
} from 'drizzle-orm/pg-core'

export const SCHEMA = 'workshop'
const workshop = pgSchema(SCHEMA)

export const state = workshop.enum('state', ['in use', 'stored', 'scrapped'])

export const technician = workshop.table('technician', {
  id: integer('technician_id').primaryKey(),
  login: varchar({ length: 40 }).notNull(),
  name: varchar({ length: 100 }).notNull().default(''),
})

export const machine = workshop.table('machine', {
  id: integer('machine_id').primaryKey(),
  serial: varchar({ length: 30 }).notNull().unique(),
  place: varchar({ length: 100 }).notNull().default(''),
  technicianId: integer('technician_id').notNull(),
  price: numeric({ precision: 10, scale: 2 }),
  state: state().notNull().default('in use'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

export const visit = workshop.table('visit', {
  id: integer('visit_id').primaryKey(),
  machineId: integer('machine_id').notNull(),
  planned: date(),
  done: boolean().notNull().default(false),
  minutes: integer().notNull().default(0),
  note: text(),
})

/** Where ids come from once the database is adopted: a row for each table, see docs/ids.md. */
export const sequence = workshop.table('sequence', {
  id: integer().primaryKey(),
  nextId: bigint('next_id', { mode: 'number' }).notNull(),
})
