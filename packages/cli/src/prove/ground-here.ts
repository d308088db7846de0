import type { Transport } from '@hotline/core'
import { createWorker, type Worker } from '@hotline/worker'
import { wipe } from '../wipe.ts'
import type { LoadPlan } from './load-plan.ts'
import { loadWorkerSettings, type ProvingGround } from './proving-ground.ts'

/** All in this process, for a backend that lives in it; only what computes is in children of the workers. */
export class GroundHere implements ProvingGround {
  readonly transport: Transport
  readonly #workers: Worker[] = []

  constructor(transport: Transport) {
    this.transport = transport
  }

  async work({ workers, concurrency }: LoadPlan): Promise<void> {
    const settings = loadWorkerSettings(this.transport, concurrency)
    for (let count = 0; count < workers; count++) this.#workers.push(createWorker(settings))
    await Promise.all(this.#workers.map((worker) => worker.start()))
  }

  /** n.b. what is within this process cannot be killed; the plan has refused it. */
  async kill(): Promise<void> {}

  reinforce(): void {}

  async dismiss(graceMs?: number): Promise<void> {
    const options = graceMs === undefined ? {} : { grace: graceMs }
    await Promise.all(this.#workers.map((worker) => worker.stop(options)))
  }

  clear(): Promise<void> {
    return wipe(this.transport)
  }
}
