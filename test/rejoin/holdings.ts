/** Holdings: what somebody has, by what people call it. */
import { sql } from 'kysely'
import type { Desk, Laptop, Office } from '../support/office.ts'

/** Of books, in the notebook world. */
export const titles = async ({ desk }: Office | Laptop): Promise<string[]> =>
  (await desk.rows(sql<{ title: string }>`select title from book order by title`)).map(row => row.title)

/** Of companies that a test has named for it, in the CRM model. */
export const names = async (desk: Desk): Promise<string[]> =>
  (await desk.rows(sql<{ name: string }>`select name from contact where name like 'x %' order by name`)).map(
    row => row.name,
  )
