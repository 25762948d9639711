/** One ahead: the next item is made ready while somebody works on this one. Errors come in their turn. */
export async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const from = items[Symbol.asyncIterator]()
  let coming = from.next()
  try {
    for (;;) {
      const { done, value } = await coming
      if (done) return
      coming = from.next()
      // It is looked at when its turn comes, and not at all where nobody wants it any more.
      coming.catch(() => {})
      yield value
    }
  } finally {
    await coming.catch(() => {})
    await from.return?.()
  }
}
