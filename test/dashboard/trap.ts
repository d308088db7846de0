import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

/** A page of somebody else, with a button that posts to an address of his choice. */
export class Trap implements AsyncDisposable {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async open(target: string): Promise<Trap> {
    const html = `<form method="post" action="${target}"><button>Win a prize</button></form>`
    const server = createServer((_, outgoing) => outgoing.setHeader('content-type', 'text/html').end(html))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = address === null || typeof address === 'string' ? 0 : address.port
    return new Trap(server, `http://127.0.0.1:${port}/`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
