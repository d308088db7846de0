/** BullMQ with its sandboxed processor: a child process for each job that runs, kept warm between jobs. */
import { fileURLToPath } from 'node:url'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'

const processor = fileURLToPath(new URL('./bullmq-processor.ts', import.meta.url))

export class BullSandbox {
  readonly #queue: Queue
  readonly #worker: Worker
  readonly #connections: readonly Redis[]

  private constructor(queue: Queue, worker: Worker, connections: readonly Redis[]) {
    this.#queue = queue
    this.#worker = worker
    this.#connections = connections
  }

  static async start(url: string, concurrency: number): Promise<BullSandbox> {
    const connections = [0, 1].map(() => new Redis(url, { maxRetriesPerRequest: null }))
    const [queueConnection, workerConnection] = connections
    if (queueConnection === undefined || workerConnection === undefined) throw new Error('unreachable')
    const name = `hotline-bench-${process.pid}`
    const queue = new Queue(name, { connection: queueConnection })
    const worker = new Worker(name, processor, { connection: workerConnection, concurrency })
    worker.on('error', () => {})
    await worker.waitUntilReady()
    return new BullSandbox(queue, worker, connections)
  }

  /** Resolves when every job is done. */
  async run(jobs: readonly { readonly ms: number }[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let left = jobs.length
    const onCompleted = () => --left === 0 && resolve()
    const onFailed = (_: unknown, error: Error) => reject(error)
    this.#worker.on('completed', onCompleted).on('failed', onFailed)
    await this.#queue.addBulk(jobs.map((data) => ({ name: 'burn', data })))
    await promise
    this.#worker.off('completed', onCompleted).off('failed', onFailed)
  }

  async stop(): Promise<void> {
    await this.#worker.close()
    await this.#queue.obliterate({ force: true })
    await this.#queue.close()
    for (const connection of this.#connections) connection.disconnect()
  }
}
