/**
 * Behind: writes that were sent and not answered yet. The server works on them while more is made ready here.
 * Shape:  a few at most, so that what waits stays small. The server does everything in the order in which it was sent,
 *         so what is read after them sees them, and what follows a refused one is refused with the same error.
 * Never:  lets an error go: whoever ends a transaction or an attempt asks here first.
 */

/** Statements under way. */
const MOST = 2

export class Behind {
  readonly #sent: Promise<void>[] = []
  #failed: { readonly error: unknown } | undefined

  /** Returns while the statement is still under way. @throws what one before it was refused with */
  async add(statement: Promise<unknown>): Promise<void> {
    this.#sent.push(
      statement.then(
        () => {},
        (error: unknown) => {
          this.#failed ??= { error }
        },
      ),
    )
    while (this.#sent.length > MOST) await this.#sent.shift()
    if (this.#failed) throw this.#failed.error
  }

  /** Returns when all are answered. @throws what the first of them was refused with; then that is forgotten */
  async settle(): Promise<void> {
    await Promise.all(this.#sent.splice(0))
    const failed = this.#failed
    this.#failed = undefined
    if (failed) throw failed.error
  }
}
