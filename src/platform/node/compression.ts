/**
 * Compression: zstd at level 1.
 * Never: uses ZSTD_c_nbWorkers. In Node's synchronous zstd it silently loses data.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Compression } from '../contract.ts'
import { plainBytes } from './plain-bytes.ts'

const LEVEL_1 = { [constants.ZSTD_c_compressionLevel]: 1 }
const SMALLEST_CHUNK = 4 * 1024
const LARGEST_CHUNK = 1024 * 1024

export const nodeCompression: Compression = {
  compress(bytes) {
    return plainBytes(
      zstdCompressSync(bytes, { params: LEVEL_1, chunkSize: chunkFor(bytes.length / 2, LARGEST_CHUNK) }),
    )
  },
  decompress(bytes, limit) {
    return plainBytes(
      zstdDecompressSync(bytes, { maxOutputLength: limit, chunkSize: chunkFor(bytes.length * 4, limit) }),
    )
  },
}

/** The output is collected in chunks: few for a large block, small for a small one. */
function chunkFor(expected: number, limit: number): number {
  return Math.max(64, Math.min(Math.max(Math.ceil(expected), SMALLEST_CHUNK), LARGEST_CHUNK, limit))
}
