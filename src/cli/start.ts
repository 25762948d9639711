#!/usr/bin/env node
/**
 * Start: the published command.
 * Role:  checks the version of Node, and only then loads the rest.
 * Never: imports the rest at the top: the SQLite driver crashes Node 20 before a word could be said.
 */
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { nodeProblem } from './node-version.ts'

const problem = nodeProblem(process.versions.node)
if (problem === undefined) {
  // Halves the time of every start after the first. Beside the code, not in a folder that others may write to.
  module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/homecoming', import.meta.url)))
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 7
}
