/** What the issues want of bad input, word for word: the table is counted against it, so that no line can be forgotten. */
const JOURNEY = `A wrong or missing key; a file that is no database; a database of another dictionary or a newer version;
a packet that is cut short, altered in any byte, of another child, already applied, from a written-off laptop, or from the future;
a full disk in the middle of any step; a process killed in the middle of any step; no travel right; already away; no prototype;
deactivating while someone is away; ids or a number series running out; an associate, table or field that does not exist.`

const AREAS =
  'an area without a name, an unknown associate, a person in two areas, deleting an area in use, editing a rule that would strand someone away'

/** One line each; those about packets are six. */
export const INPUTS = [
  ...JOURNEY.replace(/\.$/, '')
    .split(/;\s+/)
    .flatMap(line => (line.startsWith('a packet that is ') ? packets(line) : [line])),
  ...AREAS.split(/,\s+/),
]

function packets(line: string): string[] {
  const kinds = line.replace('a packet that is ', '').split(/, (?:or )?/)
  return kinds.map(kind => `a packet ${kind}`)
}

/** Their own files, because they need processes and file systems. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'a full disk in the middle of any step': 'full-disk.test.ts',
  'a process killed in the middle of any step': 'kill.test.ts',
}
