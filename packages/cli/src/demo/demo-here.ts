import { randomBytes } from 'node:crypto'
import type { Client, Transport } from '@hotline/core'
import { createClient, memory } from '@hotline/core'
import { createWorker, type Worker } from '@hotline/worker'
import { transportOf } from '../adapters.ts'
import { wipe } from '../wipe.ts'
import type { DemoGround, DemoOrder } from './demo-ground.ts'
import { WORKER_SETTINGS } from './demo-ground.ts'
import { produceDemo } from './demo-producer.ts'

/** All in this process, on a backend that lives in it; only what computes is in children of the worker. */
export class DemoHere implements DemoGround {
  readonly transport: Transport
  readonly #client: Client
  #worker: Worker | undefined

  constructor(transport: Transport = memory()) {
    this.transport = transport
    this.#client = createClient({ transport })
  }

  /** On a backend that may hold other things: in a namespace of its own, which is deleted afterwards. */
  static async at(url: string): Promise<DemoHere> {
    const namespace = `demo.${randomBytes(4).toString('hex')}`
    return new DemoHere(await transportOf(url, { namespace }))
  }

  async work({ tiles, concurrency }: DemoOrder, signal: AbortSignal): Promise<void> {
    await produceDemo(this.#client, tiles, signal)
    this.#worker = createWorker({ ...WORKER_SETTINGS, transport: this.transport, concurrency })
    await this.#worker.start()
  }

  async dismiss(graceMs?: number): Promise<void> {
    await this.#worker?.stop(graceMs === undefined ? {} : { grace: graceMs })
  }

  async clear(): Promise<void> {
    await wipe(this.transport)
    await this.#client.close()
  }
}
