/**
 * homecoming dictionary [TABLE]: the tables that travel and their fields; of a database, or of the CRM model.
 */
import { Command } from 'commander'
import { crmTables, type HomecomingDatabase } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { withDatabase } from '../databases.ts'
import { report, tableLines } from '../report.ts'
import { counted } from '../words.ts'

type Dictionary = HomecomingDatabase['dictionary']
type Table = Dictionary['tables'][number]

export const dictionaryCommand = () =>
  framed<{ readonly of?: string }>(
    new Command('dictionary')
      .description('show the tables of a model, or the fields of one table')
      .argument('[table]', 'name of a table')
      .option('--of <database>', 'the model of this database; without it, the CRM model'),
    {
      database: true,
      examples: [
        'homecoming dictionary',
        'homecoming dictionary contact',
        'homecoming dictionary --of central.db',
      ],
    },
    async (run, options, name) => {
      const model =
        options.of === undefined
          ? crmTables()
          : await withDatabase(run, options.of, async database => database.dictionary)
      if (name === undefined) showTables(run, model)
      else showTable(run, model.table(name))
    },
  )

function showTables(run: Run, { dictionary, tables, fingerprint }: Dictionary): void {
  const { name, version } = dictionary
  const value = {
    name,
    version,
    fingerprint,
    tables: tables.map(table => ({ name: table.name, number: table.number, travels: table.travels })),
  }
  report(run, value, () => [
    `${name}, version ${version}: ${counted(tables.length, 'table')}, fingerprint ${fingerprint.slice(0, 16)}`,
    tableLines(
      run,
      ['NUMBER', 'TABLE', 'FIELDS', 'TRAVELS'],
      tables.map(table => [table.number, table.name, table.fields.length, travels(table)]),
    ),
  ])
}

const WAYS = ['up', 'down', 'area', 'prototype'] as const
const travels = (table: Table): string => WAYS.filter(way => table.travels[way]).join(', ') || 'stays here'

function showTable(run: Run, table: Table): void {
  report(run, table, () => [
    `${table.name}, number ${table.number}: ${travels(table)}`,
    tableLines(
      run,
      ['#', 'FIELD', 'TYPE', 'POINTS AT', ''],
      table.fields.map((field, index) => [
        index,
        field.name,
        field.length === undefined ? field.type : `${field.type}(${field.length})`,
        target(field),
        field.role ?? (field.series ? 'numbered' : ''),
      ]),
    ),
  ])
}

function target({ references }: Table['fields'][number]): string {
  if (references === undefined) return ''
  switch (references.kind) {
    case 'plain':
      return references.table
    case 'typed':
      return `${Object.values(references.tables).join(' or ')}, by ${references.typeField}`
    case 'pair':
      return `any table, by ${references.tableField}`
    default:
      throw references satisfies never
  }
}
