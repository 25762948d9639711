import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPacketName, packetName, tripFolder } from '../../src/packet/names.ts'

test.each([
  ['ee', 1, 'up', 'ee0001.up'],
  ['ee', 9999, 'dwn', 'ee9999.dwn'],
  ['ee', 10000, 'dwn', 'ee10000.dwn'],
  ['ee2', 1, 'up', 'ee2-0001.up'],
  ['EE', 1, 'up', 'ee0001.up'],
  ['Åse Brændø', 1, 'up', 'ase_braendo0001.up'],
  ['Müller & Söhne', 1, 'up', 'muller___sohne0001.up'],
  ['Straße', 1, 'up', 'strasse0001.up'],
  ['../../etc/passwd', 1, 'up', '______etc_passwd0001.up'],
  ['田中', 1, 'up', 'packet0001.up'],
  ['', 1, 'up', 'packet0001.up'],
  ['com1', 1, 'up', 'com1-0001.up'],
] as const)('the packets of %j: number %i is %s', (name, number, direction, expected) => {
  expect(packetName(name, number, direction)).toBe(expected)
})

test('any name at all makes a file name that every system keeps and the folder carrier knows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 1 }), (name, number) => {
      const file = packetName(name, number, 'up')
      expect(file).toMatch(/^[a-z0-9_-]{1,41}[0-9]{4,}\.up$/)
      expect(isPacketName(file, 'up')).toBe(true)
      expect(isPacketName(file, 'dwn')).toBe(false)
    }),
  )
})

test('two journeys of one person have two folders', () => {
  expect(tripFolder('Ee', '0123456789abcdef0123456789abcdef')).toBe('ee-01234567')
})

test.each([
  ['ee0001.up', true],
  ['EE0001.UP', true],
  ['ee0001 (1).up', true],
  ['ee0001.up.4711-00112233.part', false],
  ['.ee0001.up', false],
  ['~ee0001.up', false],
  ['ee0001.dwn', false],
  ['ee01.up', false],
  ['notes.up', false],
  ['ee0001.up.txt', false],
])('%s is one of our packets: %s', (file, expected) => {
  expect(isPacketName(file, 'up')).toBe(expected)
})
