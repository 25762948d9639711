/**
 * Queue: one piece of asynchronous work after another, in the order asked for.
 * Never: lets a failure of one stop the next.
 */
export class Queue {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work)
    this.#last = next.catch(() => {})
    return next
  }
}
