/**
 * Bundle: the engine as one file for a browser. What an import table cannot see, a bundler does:
 * a package that reaches for Node, or a driver that slipped in behind another name.
 */
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { filesBelow, ROOT } from './support/sources.ts'

/** The folders up to travel/, without the adapters in platform, storage and carrier. */
const ENGINE =
  /^src\/(core|dictionary|log|capture|areas|prototype|packet|apply|travel)\/|^src\/(platform|storage|carrier)\/[^/]+$/

/** How esbuild calls the few lines of its own that it adds. */
const ESBUILD_OWN = '<runtime>'

const files = filesBelow('src').filter(
  path => ENGINE.test(path) && path.endsWith('.ts') && !path.endsWith('.test.ts'),
)

test('the engine bundles for a browser, without a module of Node and without a driver', async () => {
  expect(files.length).toBeGreaterThan(30)
  const bundle = await build({
    stdin: {
      contents: files.map((path, n) => `export * as file${n} from './${path}'`).join('\n'),
      resolveDir: ROOT,
      loader: 'ts',
    },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const inputs = Object.keys(bundle.metafile.inputs)
  const outside = Object.values(bundle.metafile.inputs).flatMap(input =>
    input.imports.filter(({ external, path }) => external && path !== ESBUILD_OWN).map(({ path }) => path),
  )

  expect(outside).toEqual([])
  expect(inputs.filter(path => /better-sqlite3|\/node_modules\/pg\//.test(path))).toEqual([])
  expect(inputs.filter(path => path.startsWith('src/')).length).toBeGreaterThanOrEqual(files.length / 2)
})
