/** Account: what became of a person's edits, as one sentence. */
import type { comeHome } from '../index.ts'
import { counted, listed } from './words.ts'

export type Account = Awaited<ReturnType<typeof comeHome>>['account']

const OUTCOMES = ['applied', 'merged', 'overruled', 'rejected', 'held'] as const

/** "12 edits made (3 new records): 10 applied, 1 merged and 1 overruled." */
export function accountLine(account: Account): string {
  if (account.made === 0) return 'No edits made.'
  const became = OUTCOMES.filter(name => account[name] > 0).map(
    name => `${account[name].toLocaleString('en')} ${name}`,
  )
  const open = account.unanswered > 0 ? [`${account.unanswered.toLocaleString('en')} not answered yet`] : []
  const created = account.created > 0 ? ` (${counted(account.created, 'new record')})` : ''
  return `${counted(account.made, 'edit')} made${created}: ${listed([...became, ...open])}.`
}
