/**
 * Sources: the project's own files, for tests that look at the code instead of running it.
 * Never: follows node_modules, or what a build or a demo left behind.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

const LEFT_OUT = new Set(['node_modules', 'dist', 'coverage', '.git', '.vitest', 'demo-output'])

/** Paths of all files below a folder of the project, with `/`, in order; none where the folder is not there. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(entry => !LEFT_OUT.has(entry.name) && !entry.name.startsWith('homecoming-demo'))
    .flatMap(entry => {
      const path = posix.join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
    .sort()
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** The text of a source file without its comments: strings stay as they are. */
export function codeOf(path: string): string {
  const stringOrComment =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*/g
  return read(path).replace(stringOrComment, (_, text: string | undefined) => text ?? '')
}

/** What a file imports, types too, and what it hands on. Own files as paths of the project, the rest by name. */
export function importsOf(path: string): string[] {
  const statement = /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]/g
  const bare = /(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g
  const dynamic = /\bimport\s*\(\s*['"]([^'"]+)['"]/g
  const code = codeOf(path)
  return [statement, bare, dynamic]
    .flatMap(form => [...code.matchAll(form)].map(match => match[1] ?? ''))
    .map(name => (name.startsWith('.') ? projectPath(path, name) : name))
}

function projectPath(from: string, name: string): string {
  const target = resolve(ROOT, dirname(from), name)
  return relative(ROOT, target).split(sep).join('/')
}
