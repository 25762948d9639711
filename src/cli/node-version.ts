/**
 * Node version: whether this Node can run us.
 * Never: imports anything. It is read by a Node that may be too old for everything else.
 */
const OLDEST = [22, 15] as const

/** @returns what to tell the person, or undefined where all is well */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined
  return [
    `homecoming: this needs Node ${OLDEST.join('.')} or later; this is Node ${version}.`,
    'Install Node 24 from https://nodejs.org and run the same command again.',
  ].join('\n')
}
