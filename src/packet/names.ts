/**
 * Names: what packets and the folders of trips are called. For people: the label inside a packet decides.
 * Shape: letters a-z, digits, `_` and `-` only, so that every file system and every mail program keeps them.
 */
import type { Tag } from '../core/ids.ts'

const LONGEST = 40
const NAMELESS = 'packet'
/** Letters that Unicode does not take apart into a plain letter and a mark. */
const FOLDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
}

/** `ee0001.up`. A name that ends in a digit gets a `-`, so that name and number can be told apart. */
export function packetName(name: string, number: number, direction: 'up' | 'dwn'): string {
  const plain = plainName(name)
  const stem = /[0-9]$/.test(plain) ? `${plain}-` : plain
  return `${stem}${String(number).padStart(4, '0')}.${direction}`
}

/** `ee-1a2b3c4d`: the folder of one journey, which two journeys of one person never share. */
export const tripFolder = (name: string, tag: Tag): string => `${plainName(name)}-${tag.slice(0, 8)}`

/** True for the names above, also in capitals and as a mail program saves a second copy: `ee0001 (1).up`. */
export const isPacketName = (file: string, direction: 'up' | 'dwn'): boolean =>
  /^[a-z0-9_-]+[0-9]{4,}( ?\([0-9]+\))?\.(up|dwn)$/i.test(file) &&
  file.toLowerCase().endsWith(`.${direction}`)

function plainName(name: string): string {
  const folded = name
    .toLowerCase()
    .replace(/[ßæœøđðþłı]/g, letter => FOLDED[letter]!)
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9_-]/gu, '_')
  const short = folded.slice(0, LONGEST)
  return /[a-z0-9]/.test(short) ? short : NAMELESS
}
