import type { Address } from '@hotline/conformance'
import { TcpProxy } from '@hotline/conformance'
import type { Client, Transport, TransportDescription } from '@hotline/core'
import { createClient } from '@hotline/core'
import type { Worker, WorkerOptions } from '@hotline/worker'
import { createWorker } from '@hotline/worker'
import type { WorkerPart } from './actors/worker-actor.ts'
import { WorkerProcess } from './worker-process.ts'

/** What a backend's lease is in the shared bodies, in ms. Short enough to wait for, long enough for a busy machine. */
export const LEASE_MS = 3000

/** One backend, empty at the start of a test and gone after it. */
export interface Stage {
  /** A connection of its own, as another process would have; through an address of a proxy, if one is given. */
  connect(address?: Address): Transport
  end(): Promise<void>
  /** Where the server listens, if there is one. */
  readonly address?: Address
}

export type CreateStage = (wanted: {
  readonly leaseMs: number
  readonly retentionMs: number
}) => Promise<Stage>

const handlers = new URL('./handlers/acts.ts', import.meta.url)

/** A stage with clients and workers on it, which end with it. */
export class Play implements AsyncDisposable {
  readonly #stage: Stage
  readonly #actors: { [Symbol.asyncDispose](): Promise<void> }[] = []

  private constructor(stage: Stage) {
    this.#stage = stage
  }

  static async begin(create: CreateStage, retentionMs = 3_600_000): Promise<Play> {
    return new Play(await create({ leaseMs: LEASE_MS, retentionMs }))
  }

  client(transport: Transport = this.#stage.connect()): Client {
    const client = createClient({ transport })
    this.#actors.push(client)
    return client
  }

  /** A connection for what a test does by hand; it closes with the play. */
  transport(): Transport {
    const transport = this.#stage.connect()
    this.#actors.push({ [Symbol.asyncDispose]: () => transport.close() })
    return transport
  }

  /** A proxy before the server, and a transport behind it. */
  async proxied(): Promise<{ readonly proxy: TcpProxy; readonly transport: Transport }> {
    const { address } = this.#stage
    if (address === undefined) throw new Error('This stage has no server.')
    const proxy = new TcpProxy(address)
    const transport = this.#stage.connect(await proxy.listen())
    this.#actors.push({ [Symbol.asyncDispose]: () => proxy.close() })
    return { proxy, transport }
  }

  /** A worker in a process of its own, for a backend that other processes reach. */
  async workerProcess(options: WorkerPart['options'] = {}): Promise<WorkerProcess> {
    const process = await WorkerProcess.start(this.description, options)
    this.#actors.push(process)
    return process
  }

  /** How another process reaches this stage. */
  get description(): TransportDescription {
    const { description } = this.#stage.connect()
    if (description === undefined) throw new Error('This stage is for one process only.')
    return description
  }

  /** A worker with the scripted handlers of `handlers/acts.ts`, started. */
  async worker(options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const worker = createWorker({
      handlers,
      transport: this.#stage.connect(),
      concurrency: 1,
      stopLadder: { abort: '200ms', term: '200ms' },
      ...options,
    })
    this.#actors.push({ [Symbol.asyncDispose]: () => worker.stop({ grace: 0 }) })
    await worker.start()
    return worker
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const actor of this.#actors.toReversed()) await actor[Symbol.asyncDispose]()
    await this.#stage.end()
  }
}
