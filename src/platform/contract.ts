/**
 * Platform: what the engine needs from the machine besides a database. Node and browsers each bring one.
 * Never: knows what a packet or a table is.
 */
export interface Platform {
  readonly compression: Compression
  readonly cipher: Cipher
  readonly random: Random
  readonly clock: Clock
  readonly files: Files
}

export interface Compression {
  compress(bytes: Uint8Array): Uint8Array
  /** @throws if damaged, or longer than `limit` bytes when unpacked */
  decompress(bytes: Uint8Array, limit: number): Uint8Array
}

/** AES-256-GCM, HKDF-SHA-256, SHA-256. Keys 32 bytes, nonces 12 bytes, tags 16 bytes appended to the ciphertext. */
export interface Cipher {
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, authenticated: Uint8Array): Uint8Array
  /** @returns undefined if it was altered or the key is another */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    authenticated: Uint8Array,
  ): Uint8Array | undefined
  derive(key: Uint8Array, salt: Uint8Array, purpose: string): Uint8Array
  digest(bytes: Uint8Array): Uint8Array
  hasher(): { update(bytes: Uint8Array): void; digest(): Uint8Array }
}

export interface Random {
  bytes(count: number): Uint8Array
}

export interface Clock {
  /** UTC seconds since 1970, whole. */
  now(): number
}

/** Paths are the platform's own; the engine only joins names below a folder that it was given. */
export interface Files {
  join(folder: string, ...names: string[]): string
  parent(path: string): string
  exists(path: string): Promise<boolean>
  size(path: string): Promise<number>
  list(folder: string): Promise<string[]>
  makeFolder(folder: string): Promise<void>
  read(path: string): Promise<Uint8Array>
  reader(path: string): Promise<FileReader>
  /** Writes a new file; nothing is visible under `path` until `publish`, which syncs file and folder and renames. */
  writer(path: string, options?: { readonly ownerOnly?: boolean }): Promise<FileWriter>
  write(path: string, bytes: Uint8Array, options?: { readonly ownerOnly?: boolean }): Promise<void>
  /** Synced copy under another name: visible whole or not at all. */
  copy(from: string, to: string, progress?: (copied: number, total: number) => void): Promise<void>
  /** The same, neither synced nor hidden while it grows, to a name that is free: for a file that is worked on before
   *  anyone counts on it. Nothing is left where it fails. */
  draft(from: string, to: string, progress?: (copied: number, total: number) => void): Promise<void>
  move(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** With everything in it. */
  removeFolder(folder: string): Promise<void>
  /** Overwrites, syncs and removes: for keys. */
  destroy(path: string): Promise<void>
  /** True if anyone but the owner may read it (always false where the system has no such rights). */
  openToOthers(path: string): Promise<boolean>
  freeBytes(folder: string): Promise<number>
}

export interface FileReader {
  /** @returns fewer bytes than asked for only at the end of the file */
  read(count: number): Promise<Uint8Array>
  close(): Promise<void>
}

export interface FileWriter {
  write(bytes: Uint8Array): Promise<void>
  /** Synced, but not yet visible under its name. */
  sync(): Promise<void>
  publish(): Promise<void>
  discard(): Promise<void>
}
