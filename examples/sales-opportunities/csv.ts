/**
 * CSV: the four files of the data set, read once and checked, with what is misspelt in them read as what is meant.
 * Out:    plain records with numbers as numbers, dates as `YYYY-MM-DD`, and undefined where a cell is empty.
 * Never:  makes anything up: an empty cell stays empty.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { HomecomingError } from '../../src/index.ts'

export interface Account {
  readonly name: string
  readonly sector: string
  readonly founded: number
  /** Million USD. */
  readonly revenue: number
  readonly employees: number
  readonly country: string
  readonly parent: string | undefined
}

export interface Product {
  readonly name: string
  readonly series: string
  readonly price: number
}

export interface Agent {
  readonly name: string
  readonly manager: string
  readonly office: string
}

export interface Opportunity {
  readonly id: string
  readonly agent: string
  readonly product: string
  readonly account: string | undefined
  readonly stage: 'Prospecting' | 'Engaging' | 'Won' | 'Lost'
  readonly engaged: string | undefined
  readonly closed: string | undefined
  readonly value: number | undefined
}

export interface SalesData {
  readonly accounts: readonly Account[]
  readonly products: readonly Product[]
  readonly agents: readonly Agent[]
  readonly opportunities: readonly Opportunity[]
}

/** As it is written -> as it is meant. */
const MEANT: Readonly<Record<string, string>> = {
  GTXPro: 'GTX Pro',
  technolgy: 'technology',
  Philipines: 'Philippines',
  // An office, not the central database.
  Central: 'Central region',
}

/** @throws {HomecomingError} FILE_FAILED for a file that is missing, USAGE for a cell that cannot be understood */
export async function readSalesData(folder: string): Promise<SalesData> {
  const [accounts, products, agents, opportunities] = await Promise.all(
    ['accounts', 'products', 'sales_teams', 'sales_pipeline'].map(name => readRows(folder, `${name}.csv`)),
  )
  return {
    accounts: accounts!.map(accountOf),
    products: products!.map(row => ({
      name: row.text('product'),
      series: row.text('series'),
      price: row.number('sales_price'),
    })),
    agents: agents!.map(row => ({
      name: row.text('sales_agent'),
      manager: row.text('manager'),
      office: row.text('regional_office'),
    })),
    opportunities: opportunities!.map(opportunityOf),
  }
}

const accountOf = (row: CsvRow): Account => ({
  name: row.text('account'),
  sector: row.text('sector'),
  founded: row.number('year_established'),
  revenue: row.number('revenue'),
  employees: row.number('employees'),
  country: row.text('office_location'),
  parent: row.textIfAny('subsidiary_of'),
})

const opportunityOf = (row: CsvRow): Opportunity => ({
  id: row.text('opportunity_id'),
  agent: row.text('sales_agent'),
  product: row.text('product'),
  account: row.textIfAny('account'),
  stage: row.oneOf('deal_stage', ['Prospecting', 'Engaging', 'Won', 'Lost']),
  engaged: row.textIfAny('engage_date'),
  closed: row.textIfAny('close_date'),
  value: row.textIfAny('close_value') === undefined ? undefined : row.number('close_value'),
})

async function readRows(folder: string, name: string): Promise<CsvRow[]> {
  const path = join(folder, name)
  const text = await readFile(path, 'utf8').catch(error => {
    throw new HomecomingError('FILE_FAILED', `${path} cannot be read`, { path }, error)
  })
  const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, trim: true })
  return rows.map((row, index) => new CsvRow(name, index + 2, row))
}

/** One line of a file: cells by their title, and errors that say where. */
class CsvRow {
  readonly #where: string
  readonly #cells: Readonly<Record<string, string>>

  constructor(file: string, line: number, cells: Readonly<Record<string, string>>) {
    this.#where = `${file}, line ${line}`
    this.#cells = cells
  }

  textIfAny(title: string): string | undefined {
    const cell = this.#cells[title]
    if (cell === undefined) throw this.#refusal(`there is no column ${title}`)
    return cell === '' ? undefined : (MEANT[cell] ?? cell)
  }

  text(title: string): string {
    const cell = this.textIfAny(title)
    if (cell === undefined) throw this.#refusal(`${title} is empty`)
    return cell
  }

  number(title: string): number {
    const number = Number(this.text(title))
    if (!Number.isFinite(number)) throw this.#refusal(`${title} is no number: ${this.text(title)}`)
    return number
  }

  oneOf<T extends string>(title: string, known: readonly T[]): T {
    const found = known.find(each => each === this.text(title))
    if (found === undefined) throw this.#refusal(`${title} is ${this.text(title)}`)
    return found
  }

  #refusal = (what: string) => new HomecomingError('USAGE', `${this.#where}: ${what}`, { where: this.#where })
}
