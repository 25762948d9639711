/** Run by disk-full.test.ts where there is no room: writes 1 MiB to argv[2] and prints what came of it as JSON. */
import { HomecomingError } from '../../src/core/errors.ts'
import { nodePlatform } from '../../src/platform/node/node-platform.ts'

const path = process.argv[2]!
try {
  await nodePlatform().files.write(path, new Uint8Array(1024 * 1024))
  console.log(JSON.stringify({ code: 'none' }))
} catch (error) {
  if (!(error instanceof HomecomingError)) throw error
  console.log(JSON.stringify({ code: error.code, path: error.values.path, errno: error.values.errno }))
}
