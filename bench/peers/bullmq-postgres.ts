/** BullMQ on its PostgreSQL backend, with a processor in this process. */
import { createPostgresBackend, withBackend } from 'bullmq'
import type { Contender } from '../contender.ts'
import { dropSchemas } from './reachable-postgres.ts'

const { Queue, Worker } = withBackend(createPostgresBackend)
const JOB = 'noop'

export class BullPostgres implements Contender {
  readonly #name: string
  readonly #connection: { readonly connectionString: string; readonly schema: string; readonly migrate: true }
  readonly #queue: InstanceType<typeof Queue>
  #left = 0
  #onDone: () => void = () => {}
  #worker: { close(): Promise<void> } | undefined

  private constructor(connectionString: string, name: string) {
    this.#name = name
    this.#connection = { connectionString, schema: `bench_bull_${name}_${process.pid}`, migrate: true }
    this.#queue = new Queue(name, { connection: this.#connection })
  }

  static async start(connectionString: string, name: string): Promise<BullPostgres> {
    const bull = new BullPostgres(connectionString, name)
    await bull.#queue.waitUntilReady()
    return bull
  }

  add(data: number): Promise<unknown> {
    return this.#queue.add(JOB, data)
  }

  async addMany(count: number): Promise<void> {
    await this.#queue.addBulk(Array.from({ length: count }, (_, data) => ({ name: JOB, data })))
  }

  async work(concurrency: number, onRun: (data: number) => void): Promise<void> {
    const run = async ({ data }: { readonly data: number }) => {
      onRun(data)
      return data
    }
    const worker = new Worker(this.#name, run, { connection: this.#connection, concurrency })
    worker.on('error', () => {})
    worker.on('completed', () => {
      if (--this.#left === 0) this.#onDone()
    })
    this.#worker = worker
    await worker.waitUntilReady()
  }

  /** As its worker tells: on this backend its reader of events was told of nothing. */
  done(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#left = count
      this.#onDone = resolve
    })
  }

  async rest(): Promise<void> {
    await this.#worker?.close()
    this.#worker = undefined
  }

  async stop(): Promise<void> {
    await this.rest()
    await this.#queue.close()
    await dropSchemas(this.#connection.connectionString, this.#connection.schema)
  }
}
