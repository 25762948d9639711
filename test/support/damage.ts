/** Damage as it happens to files: cut short, a byte altered, something else in their place. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export function cutInHalf(path: string): void {
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2)))
}

/** @param fromEnd how far from the end the byte lies; the first one where the file is shorter */
export function alter(path: string, fromEnd = 40): void {
  const bytes = readFileSync(path)
  const at = Math.max(bytes.length - fromEnd, 0)
  bytes[at] = bytes[at]! ^ 0x10
  writeFileSync(path, bytes)
}

/** @returns the path of the only file of the folder that ends so */
export function onlyFile(folder: string, ending: string): string {
  const [name, ...more] = readdirSync(folder).filter(each => each.endsWith(ending))
  if (name === undefined || more.length > 0) throw new Error(`not one file ${ending} in ${folder}`)
  return join(folder, name)
}
