/** Commands: what may happen in a history, and how often. They name no ids, so that a failing history shrinks well. */
import fc from 'fast-check'

/** Which laptop, from 0. */
export type Child = number
/** 0 the office, 1 and more the laptops. */
export type Where = number

export interface EditCommand {
  /** `deleteWhole` deletes what belongs to the record first, `again` inserts a record under an id that was deleted,
   *  `move` changes one pointer and nothing else. */
  readonly kind: 'insert' | 'update' | 'delete' | 'deleteWhole' | 'again' | 'move'
  readonly where: Where
  readonly table: number
  readonly seed: number
}

export type Command =
  | EditCommand
  | { readonly kind: 'sendUp' | 'receiveUp' | 'sendDwn' | 'receiveDwn' | 'exchange'; readonly child: Child }
  | { readonly kind: 'lose' | 'repeat' | 'damage'; readonly child: Child; readonly seed: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'skew'; readonly child: Child; readonly seconds: number }
  | { readonly kind: 'home' | 'writeOff'; readonly child: Child }
  | { readonly kind: 'prototype'; readonly area?: number }
  | { readonly kind: 'rule' | 'settle' }
  | RestoreCommand
  | AreaCommand

/**
 * What only happens where people travel with a part of the data.
 *   include   somebody, or not any more where they were
 *   assign    the person who never travels, or not any more
 *   turn      an area is one of everything, or of some people again
 *   prune     as much of the log as nobody needs
 */
export type AreaCommand =
  | { readonly kind: 'include'; readonly area: number; readonly associate: number }
  | { readonly kind: 'assign' | 'turn'; readonly area: number }
  | { readonly kind: 'prune' }

/** `backup` copies what a laptop has, or the office; `restore` puts the last copy back. */
export type RestoreCommand =
  | { readonly kind: 'backup' | 'restore'; readonly child: Child }
  | { readonly kind: 'backupOffice' | 'restoreOffice' }

const child = fc.constantFrom<Child>(0, 1)
const seed = fc.nat(1000)
const some = <T extends string>(kinds: readonly T[]) => fc.constantFrom(...kinds)

const edit: fc.Arbitrary<Command> = fc.record({
  kind: some(['insert', 'insert', 'update', 'update', 'update', 'delete', 'deleteWhole', 'again'] as const),
  where: fc.constantFrom<Where>(0, 1, 2),
  table: fc.nat(20),
  seed,
})
const packet: fc.Arbitrary<Command> = fc.record({
  kind: some(['sendUp', 'receiveUp', 'sendDwn', 'receiveDwn', 'exchange'] as const),
  child,
})
const fault: fc.Arbitrary<Command> = fc.record({
  kind: some(['lose', 'repeat', 'damage'] as const),
  child,
  seed,
})
const wait: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('wait' as const),
  seconds: fc.constantFrom(0, 1, 1, 5, 60),
})
const skew: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('skew' as const),
  child,
  seconds: fc.constantFrom(0, 7, -7, 3600, -3600),
})
const journey: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('home' as const), child }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('writeOff' as const), child }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('prototype' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rule' as const) }) },
)

export const commands = (most: number): fc.Arbitrary<Command[]> =>
  fc.array(
    fc.oneof(
      { weight: 24, arbitrary: edit },
      { weight: 24, arbitrary: packet },
      { weight: 5, arbitrary: fault },
      { weight: 8, arbitrary: wait },
      { weight: 2, arbitrary: skew },
      { weight: 3, arbitrary: journey },
    ),
    { minLength: 3, maxLength: most, size: 'max' },
  )

/** The same with more laptops, records that move, and areas that change. Everybody has made something at first. */
export const areaCommands = (most: number, laptops: number): fc.Arbitrary<Command[]> => {
  const laptop = fc.nat(laptops - 1)
  const withLaptop = (arbitrary: fc.Arbitrary<Command>): fc.Arbitrary<Command> =>
    fc
      .tuple(arbitrary, laptop)
      .map(([command, which]) => ('child' in command ? { ...command, child: which } : command))
  const area = fc.nat(20)
  const edits: fc.Arbitrary<Command> = fc.record({
    kind: fc.oneof(
      { weight: 4, arbitrary: fc.constant('insert' as const) },
      { weight: 5, arbitrary: fc.constant('move' as const) },
      { weight: 4, arbitrary: some(['update', 'update', 'delete', 'again'] as const) },
      { weight: 1, arbitrary: fc.constant('deleteWhole' as const) },
    ),
    where: fc.oneof(fc.constant(0), fc.nat(laptops)),
    table: fc.nat(20),
    seed,
  })
  const exchange: fc.Arbitrary<Command> = fc.record({ kind: fc.constant('exchange' as const), child: laptop })
  const body = fc.array(
    fc.oneof(
      { weight: 30, arbitrary: edits },
      { weight: 14, arbitrary: withLaptop(packet) },
      { weight: 8, arbitrary: exchange },
      { weight: 3, arbitrary: withLaptop(fault) },
      { weight: 5, arbitrary: wait },
      { weight: 1, arbitrary: withLaptop(skew) },
      { weight: 3, arbitrary: withLaptop(journey).filter(command => command.kind !== 'rule') },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('prototype' as const), area }) },
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant('include' as const), area, associate: fc.nat(20) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: some(['assign', 'turn'] as const), area }) },
      { weight: 2, arbitrary: fc.record({ kind: some(['settle', 'prune'] as const) }) },
    ),
    { minLength: 3, maxLength: most, size: 'max' },
  )
  const insert: fc.Arbitrary<Command> = fc.record({
    kind: fc.constant('insert' as const),
    where: fc.nat(laptops),
    table: fc.nat(20),
    seed,
  })
  const all = Array.from({ length: laptops }, (_, which) => ({ kind: 'exchange' as const, child: which }))
  return fc
    .tuple(fc.array(insert, { maxLength: 20, size: 'max' }), body)
    .map(([first, rest]) => [...first, ...all, ...rest])
}

/** The same with copies that are put back. */
export const restoreCommands = (
  most: number,
  who: 'laptops' | 'office' | 'both' = 'laptops',
): fc.Arbitrary<Command[]> => {
  const copies: fc.Arbitrary<Command> = fc.record({ kind: some(['backup', 'restore'] as const), child })
  const ofOffice: fc.Arbitrary<Command> = fc.record({
    kind: some(['backupOffice', 'restoreOffice'] as const),
  })
  const exchange: fc.Arbitrary<Command> = fc.record({ kind: fc.constant('exchange' as const), child })
  const parts = [
    { weight: 24, arbitrary: edit },
    { weight: 16, arbitrary: packet },
    { weight: 6, arbitrary: exchange },
    { weight: 3, arbitrary: fault },
    { weight: 8, arbitrary: wait },
    ...(who === 'office' ? [] : [{ weight: 7, arbitrary: copies }]),
    ...(who === 'laptops' ? [] : [{ weight: 6, arbitrary: ofOffice }]),
    { weight: 1, arbitrary: journey },
  ]
  return fc.array(fc.oneof(...parts), { minLength: 3, maxLength: most, size: 'max' })
}
