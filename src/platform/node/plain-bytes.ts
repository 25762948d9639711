/** Shows a Buffer as the plain Uint8Array that the engine knows; shares the memory. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
