/**
 * Packs the published package: `node tools/pack.ts <folder>` builds it and writes the tarball there.
 * The SQLite driver is bundled without its build files: npm would otherwise try to compile it in a customer's
 * `npm ci` and fail where there is no Python, although the package brings a binary for every system.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const DRIVER = 'better-sqlite3-multiple-ciphers'
const BUILD_FILES = ['binding.gyp', 'src', 'deps']

interface Manifest {
  [name: string]: unknown
  dependencies: Record<string, string>
}

function build(stage: string): void {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(stage, 'dist')], {
    cwd: ROOT,
  })
  for (const name of ['README.md', 'LICENSE']) cpSync(join(ROOT, name), join(stage, name))
}

function bundleDriver(stage: string): void {
  const to = join(stage, 'node_modules', DRIVER)
  cpSync(join(ROOT, 'node_modules', DRIVER), to, { recursive: true })
  for (const name of BUILD_FILES) rmSync(join(to, name), { recursive: true, force: true })
  const {
    scripts: _scripts,
    dependencies: _headers,
    devDependencies: _tools,
    ...manifest
  } = read(join(to, 'package.json'))
  write(join(to, 'package.json'), manifest)
}

function writeManifest(stage: string): void {
  const {
    workspaces: _own,
    scripts: _scripts,
    devDependencies: _tools,
    overrides: _pins,
    ...manifest
  } = read(join(ROOT, 'package.json'))
  write(join(stage, 'package.json'), { ...manifest, bundleDependencies: [DRIVER] })
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest
const write = (path: string, manifest: unknown): void =>
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)

const [folder = '.'] = process.argv.slice(2)
const stage = mkdtempSync(join(tmpdir(), 'homecoming-stage-'))
try {
  build(stage)
  bundleDriver(stage)
  writeManifest(stage)
  mkdirSync(resolve(folder), { recursive: true })
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  execFileSync(
    command,
    [...first, 'pack', '--silent', '--ignore-scripts', '--pack-destination', resolve(folder)],
    {
      cwd: stage,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
} finally {
  rmSync(stage, { recursive: true, force: true })
}
