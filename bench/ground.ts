/** A namespace of its own with a client, and workers that run jobs in this process. */
import type { Client, Transport } from '@hotline/core'
import { createClient, implement } from '@hotline/core'
import type { Worker } from '@hotline/worker'
import { createWorker } from '@hotline/worker'
import type { Contender } from './contender.ts'
import { noop } from './tasks.ts'

/** Where a ground lies. */
export interface Land {
  /** Another connection to the same jobs. */
  connect(): Transport
  /** Deletes all that is there, when everybody has left. */
  clear(): Promise<void>
}

export class Ground implements Contender {
  readonly client: Client
  readonly #land: Land
  #worker: Worker | undefined

  constructor(land: Land) {
    this.#land = land
    this.client = createClient({ transport: land.connect() })
  }

  add(data: number): Promise<unknown> {
    return this.client.enqueue(noop, data)
  }

  async addMany(count: number): Promise<void> {
    await this.client.enqueueMany(
      noop,
      Array.from({ length: count }, (_, input) => ({ input })),
    )
  }

  async work(concurrency: number, onRun: (input: number) => void): Promise<void> {
    const handler = (input: number) => {
      onRun(input)
      return input
    }
    const handlers = [implement(noop, handler)]
    const transport = this.#land.connect()
    this.#worker = createWorker({ transport, handlers, isolation: 'inline', concurrency })
    await this.#worker.start()
  }

  /** As the log tells. */
  done(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = count
    const onSucceeded = () => {
      if (--left > 0) return
      this.client.events.off('job.succeeded', onSucceeded)
      resolve()
    }
    this.client.events.on('job.succeeded', onSucceeded)
    return promise
  }

  async rest(): Promise<void> {
    await this.#worker?.stop()
    this.#worker = undefined
  }

  async stop(): Promise<void> {
    await this.rest()
    await this.client.close()
    await this.#land.clear()
  }
}
