/** BullMQ with a processor in its worker's own process, as hotline's inline isolation has it. */
import { Queue, QueueEvents, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import type { Contender } from '../contender.ts'

export type Processor = (data: number) => void

export class BullInline implements Contender {
  readonly queue: Queue<number>
  /** From the first who asks for ends: a producer has no reader. */
  #events: QueueEvents | undefined
  #worker: Worker<number, number> | undefined
  readonly #connections: Redis[] = []
  readonly #name: string
  readonly #url: string

  constructor(url: string, name: string) {
    this.#url = url
    this.#name = `hotline-bench-${name}-${process.pid}`
    this.queue = new Queue(this.#name, { connection: this.#connect() })
  }

  /** Resolves when it takes jobs. */
  async work(concurrency: number, processor: Processor): Promise<void> {
    const run = async ({ data }: { readonly data: number }) => {
      processor(data)
      return data
    }
    this.#worker = new Worker<number, number>(this.#name, run, { connection: this.#connect(), concurrency })
    this.#worker.on('error', () => {})
    await this.#worker.waitUntilReady()
  }

  /** Resolves when so many more jobs are completed, as its stream of events tells. */
  done(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = count
    // From the start: one that begins at the end may begin after the first job is done, and would wait for ever.
    this.#events ??= new QueueEvents(this.#name, { connection: this.#connect(), lastEventId: '0' })
    const events = this.#events
    const onCompleted = () => {
      if (--left > 0) return
      events.off('completed', onCompleted)
      resolve()
    }
    events.on('completed', onCompleted)
    return promise
  }

  add(data: number): Promise<unknown> {
    return this.queue.add('noop', data)
  }

  async addMany(count: number): Promise<void> {
    await this.queue.addBulk(Array.from({ length: count }, (_, data) => ({ name: 'noop', data })))
  }

  async rest(): Promise<void> {
    await this.#worker?.close()
    this.#worker = undefined
  }

  async stop(): Promise<void> {
    await this.rest()
    await this.#events?.close()
    await this.queue.obliterate({ force: true })
    await this.queue.close()
    for (const connection of this.#connections) connection.disconnect()
  }

  #connect(): Redis {
    const connection = new Redis(this.#url, { maxRetriesPerRequest: null })
    this.#connections.push(connection)
    return connection
  }
}
