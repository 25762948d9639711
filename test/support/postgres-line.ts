/**
 * A line to a server of PostgreSQL that can be cut: what a client sees when its process at the server is killed.
 * Shape:  counts what the client sends over all its connections. At the nth time the line is cut `before` the server
 *         gets it, or `after` it has done it and before the client hears of that: then nobody knows whether it holds.
 */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export type Cut = 'before' | 'after'

export class Line implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #cut: { readonly at: number; readonly how: Cut | (() => void) } | undefined
  #sent = 0

  constructor(server: Server) {
    this.#server = server
  }

  /** @returns the line and the same address through it */
  static async to(address: string): Promise<{ line: Line; address: string }> {
    const url = new URL(address)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const line = new Line(server)
    const [host, port] = [url.hostname, Number(url.port)]
    server.on('connection', client => line.#join(client, connect(port, host)))
    url.host = `127.0.0.1:${(server.address() as { port: number }).port}`
    return { line, address: url.href }
  }

  /** @param how a function is called before the server gets it: to do something else than to cut the line */
  cutAt(at: number, how: Cut | (() => void)): void {
    this.#cut = { at, how }
    this.#sent = 0
  }

  /** From now on nothing is cut. @returns true where something was */
  heal(): boolean {
    const wasCut = this.#cut === undefined || this.#sent >= this.#cut.at
    this.#cut = undefined
    return wasCut
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end()
    this.#server.close()
  }

  #join(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
    }
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    client.on('data', data => this.#forward(data, server))
    server.on('data', data => client.write(data))
  }

  #forward(data: Buffer, server: Socket): void {
    this.#sent++
    const how = this.#cut?.at === this.#sent ? this.#cut.how : undefined
    if (typeof how === 'function') how()
    if (how === 'before') this.#end()
    else server.write(data)
    if (how !== 'after') return
    server.removeAllListeners('data')
    server.once('data', () => this.#end())
  }

  #end(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
