/**
 * Missing: packets that did not come, and packets that the other side asks for again (SPEC 6, "A gap asks").
 * A packet that has to wait names those before it; the next packet of ours asks for them; whoever is asked sends the
 * same file again, wherever the carrier thinks the first one is.
 */
import { readSetting, writeSetting } from '../log/settings.ts'
import type { Reading, Writing } from '../storage/contract.ts'

const missing = (link: number): string => `missing ${link}`
const asked = (link: number): string => `asked ${link}`

export const noteMissing = (write: Writing, link: number, numbers: readonly number[]): Promise<void> =>
  writeSetting(write, missing(link), numbers.join(' '))

/** @param received the highest number read without a gap: what came meanwhile is not asked for */
export async function takeMissing(write: Writing, link: number, received: number): Promise<number[]> {
  const numbers = await numbersIn(write, missing(link))
  if (numbers.length > 0) await noteMissing(write, link, [])
  return numbers.filter(number => number > received)
}

export const noteAsked = (write: Writing, link: number, numbers: readonly number[]): Promise<void> =>
  writeSetting(write, asked(link), numbers.join(' '))

export const readAsked = (read: Reading, link: number): Promise<number[]> => numbersIn(read, asked(link))

async function numbersIn(read: Reading, name: string): Promise<number[]> {
  const text = (await readSetting(read, name)) ?? ''
  return text.split(' ').filter(Boolean).map(Number)
}
