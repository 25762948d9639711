/**
 * Carrier: brings sealed bytes from one end of a link to the other.
 * Never: opens a packet, decides what is applied, or loses a file.
 */
export interface Carrier {
  /** Makes a finished file visible to the other end, whole or not at all. The same name twice: the later one stands. */
  send(name: string, path: string): Promise<void>
  /** True while a file of ours is on its way or was read: false means that it may have been lost. */
  holds(name: string): Promise<boolean>
  /** Names waiting for this end, in no order. */
  waiting(extension: 'up' | 'dwn'): Promise<readonly string[]>
  /** A local path from which the file can be read; valid until it is settled. */
  fetch(name: string): Promise<string>
  /** Put away what was read (`done`) or refused (`quarantine`, with the reason beside it). */
  settle(name: string, where: 'done' | 'quarantine', reason?: string): Promise<void>
  /** Whole seconds that the other end's clock is ahead of ours (behind: negative), where the carrier can measure it, as
   *  over a network. Asked for before each packet that a parent reads; a folder cannot know. */
  clockDifference?(): Promise<number | undefined>
}
