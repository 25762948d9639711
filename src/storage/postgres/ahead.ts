/** Ahead: what is asked for before somebody wants it. Whoever waits for it gets its error; where nobody does any more, it is no news. */
export function ahead<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {})
  return answer
}
