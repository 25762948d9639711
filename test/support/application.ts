/**
 * Application: statements of an application, in the words of the database that it works on. Tests write them for SQLite.
 */
import { sql } from 'kysely'
import type { Site } from '../../src/log/site.ts'

export async function sqlAt(site: Site, text: string): Promise<void> {
  const statements = site.db.name.startsWith('postgres:') ? forPostgres(text) : [text]
  await site.db.change(async write => {
    for (const statement of statements) await write.run(sql.raw(statement))
  })
}

const TRIGGER = /^create trigger (\w+)\s+(.+? on \w+)\s+(?:when (.+?)\s+)?begin\s+(.+;)\s*end$/s
const DROP = /^drop trigger (?:if exists )?(\w+)$/
const REPLACE = /^insert or replace into (\w+) \((\w+)(.*?)\) values \((\d+)(.*)$/s

function forPostgres(text: string): string[] {
  const trigger = TRIGGER.exec(text.trim())
  if (trigger) return triggerOf(trigger)
  const drop = DROP.exec(text.trim())
  if (drop) return [`drop function if exists ${drop[1]}_rule() cascade`]
  const replace = REPLACE.exec(text.trim())
  if (replace) return replacing(replace)
  return [text]
}

function triggerOf([, name, event, condition, body]: RegExpExecArray): string[] {
  const refused = body!.replace(/select raise\(abort, ('.*?')\)/gs, 'raise exception using message = $1')
  const guarded = condition === undefined ? refused : `if ${condition} then ${refused} end if;`
  return [
    `create function ${name}_rule() returns trigger language plpgsql as
      $rule$ begin ${guarded.replaceAll('where 0', 'where false')} return coalesce(new, old); end $rule$`,
    `create trigger ${name} ${event} for each row execute function ${name}_rule()`,
  ]
}

const replacing = ([, table, key, columns, id, values]: RegExpExecArray): string[] => [
  `delete from ${table} where ${key} = ${id}`,
  `insert into ${table} (${key}${columns}) values (${id}${values}`,
]
