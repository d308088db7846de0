import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { Client, Implementation, Transport } from '@hotline/core'
import { createClient, memory } from '@hotline/core'
import type { DashboardOptions } from '@hotline/dashboard'
import { createDashboard, nodeListener } from '@hotline/dashboard'
import { createWorker } from '@hotline/worker'

/** What a test may choose of a dashboard. */
interface Wanted extends Omit<DashboardOptions, 'client'> {
  readonly transport?: Transport
  readonly handlers?: readonly Implementation[]
  readonly concurrency?: number
}

/** A dashboard behind a server of its own, over jobs that a worker of this process runs. */
export class Exhibit implements AsyncDisposable {
  readonly transport: Transport
  readonly client: Client
  /** Values of Last-Event-ID with which streams were asked for, in order. */
  readonly resumed: (string | undefined)[] = []
  readonly #wanted: Wanted
  readonly #undo: (() => unknown)[] = []
  #server: Server | undefined
  #port = 0

  private constructor(wanted: Wanted) {
    this.#wanted = wanted
    this.transport = wanted.transport ?? memory()
    this.client = createClient({ transport: this.transport })
    this.#undo.push(() => this.client.close())
  }

  static async open(wanted: Wanted = {}): Promise<Exhibit> {
    const exhibit = new Exhibit(wanted)
    const { handlers, concurrency = 2 } = wanted
    await exhibit.client.paused() // connects
    if (handlers !== undefined) await exhibit.#work(handlers, concurrency)
    await exhibit.serve()
    return exhibit
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`
  }

  /** Listens, where it did before. */
  async serve(): Promise<void> {
    const { transport: _transport, handlers: _handlers, concurrency: _concurrency, ...options } = this.#wanted
    const dashboard = createDashboard({ client: this.client, ...options })
    const listener = nodeListener(dashboard)
    const server = createServer((incoming, outgoing) => {
      if (incoming.url === '/api/events') this.resumed.push(incoming.headers['last-event-id']?.toString())
      listener(incoming, outgoing)
    })
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    this.#port = address === null || typeof address === 'string' ? 0 : address.port
    this.#server = server
    this.#undo.push(() => dashboard.close())
  }

  /** As a restart of the server begins: every connection breaks. */
  async stopServing(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopServing()
    for (const undo of this.#undo.toReversed()) await undo()
  }

  async #work(handlers: readonly Implementation[], concurrency: number): Promise<void> {
    const { transport } = this
    const worker = createWorker({ transport, handlers, concurrency, isolation: 'inline', name: 'w' })
    await worker.start()
    this.#undo.push(() => worker.stop({ grace: 0 }))
  }
}
