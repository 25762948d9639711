/**
 * homecoming explain [CODE]: what an error code means, and what to do next.
 */
import { Command } from 'commander'
import { type ErrorCode, type ErrorEntry, HomecomingError, REGISTRY } from '../../index.ts'
import { framed, type Run } from '../command.ts'
import { table } from '../output.ts'

export const explainCommand = () =>
  framed(
    new Command('explain')
      .description('say what an error code means and what to do next; without a code, list all')
      .argument('[code]', 'the code, as an error shows it'),
    { examples: ['homecoming explain PACKET_GAP', 'homecoming explain --json'] },
    (run, _options, code) => (code === undefined ? listCodes(run) : explainCode(run, code)),
  )

const RETRY = {
  no: 'does not help',
  automatic: 'happens by itself',
  'after-action': 'helps after the next action',
} as const satisfies Record<ErrorEntry['retry'], string>

function listCodes({ output }: Run): void {
  const codes = Object.entries<ErrorEntry>(REGISTRY)
  output.result({ codes: codes.map(([code, entry]) => ({ code, ...entry })) }, () =>
    table(
      ['CODE', 'EXIT', 'WHAT TO DO'],
      codes.map(([code, entry]) => [code, entry.exit, entry.hint]),
      output.colours,
    ),
  )
}

function explainCode({ output }: Run, text: string): void {
  const code = knownCode(text)
  const entry: ErrorEntry = REGISTRY[code]
  output.result({ code, ...entry }, () =>
    [
      output.colours.bold(code),
      entry.hint,
      `Trying again: ${RETRY[entry.retry]}. Exit code ${entry.exit}.`,
    ].join('\n'),
  )
}

/** @throws {HomecomingError} USAGE if there is no such code */
function knownCode(text: string): ErrorCode {
  const code = text.toUpperCase().replaceAll('-', '_')
  if (Object.hasOwn(REGISTRY, code)) return code as ErrorCode
  throw new HomecomingError(
    'USAGE',
    `there is no error code '${text}'; 'homecoming explain' alone lists all`,
    { code: text },
  )
}
