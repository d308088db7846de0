/** A namespace of its own with a client, and workers that run jobs in this process. */
import type { Client } from '@hotline/core'
import { createClient, implement } from '@hotline/core'
import { redis } from '@hotline/redis'
import type { Worker } from '@hotline/worker'
import { createWorker } from '@hotline/worker'
import { Redis } from 'ioredis'
import { noop } from '../tasks.ts'

export class Ground {
  readonly client: Client
  readonly #url: string
  readonly #namespace: string
  #worker: Worker | undefined

  constructor(url: string, name: string) {
    this.#url = url
    this.#namespace = `bench.${name}.${process.pid}.${Math.random().toString(36).slice(2)}`
    this.client = createClient({ transport: this.#transport() })
  }

  get transportOptions(): { readonly url: string; readonly namespace: string } {
    return { url: this.#url, namespace: this.#namespace }
  }

  /** Resolves when it takes jobs. */
  async work(concurrency: number, onRun: (input: number) => void): Promise<void> {
    const handler = (input: number) => {
      onRun(input)
      return input
    }
    const handlers = [implement(noop, handler)]
    this.#worker = createWorker({ transport: this.#transport(), handlers, isolation: 'inline', concurrency })
    await this.#worker.start()
  }

  /** Resolves when so many more jobs have succeeded, as the log tells. */
  succeeded(count: number): Promise<void> {
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

  async enqueueMany(count: number): Promise<void> {
    await this.client.enqueueMany(
      noop,
      Array.from({ length: count }, (_, input) => ({ input })),
    )
  }

  async rest(): Promise<void> {
    await this.#worker?.stop()
    this.#worker = undefined
  }

  async stop(): Promise<void> {
    await this.rest()
    await this.client.close()
    await this.#clear()
  }

  #transport() {
    return redis(this.transportOptions)
  }

  async #clear(): Promise<void> {
    const connection = new Redis(this.#url)
    const stream = connection.scanStream({ match: `{hotline:${this.#namespace}}:*`, count: 1000 })
    for await (const keys of stream) if (keys.length > 0) await connection.unlink(...keys)
    connection.disconnect()
  }
}
