/**
 * Workers that are processes of their own, on a backend that several processes reach; this one only enqueues and reads
 * the log.
 *
 *   working --dismiss--> workers end when they are done --all gone--> over
 *      working --a worker is gone that was not killed--> work() rejects
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Transport } from '@hotline/core'
import type { PartAddress } from '../part/parts.ts'
import { Parts } from '../part/parts.ts'
import { wipe } from '../wipe.ts'
import type { LoadPlan } from './load-plan.ts'
import type { LoadOrder } from './load-worker.ts'
import type { ProvingGround } from './proving-ground.ts'

const PROGRAM = new URL(`./load-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

export class GroundApart implements ProvingGround {
  readonly transport: Transport
  readonly #parts: Parts
  readonly #workers = new Set<ChildProcess>()
  readonly #failed = Promise.withResolvers<never>()
  #isDismissed = false

  constructor(address: PartAddress, transport: Transport) {
    this.#parts = new Parts(PROGRAM, address)
    this.transport = transport
    this.#failed.promise.catch(() => {}) // told to whoever works
  }

  async work(plan: LoadPlan): Promise<void> {
    for (let count = 0; count < plan.workers; count++) this.reinforce(plan)
    await this.#failed.promise
  }

  reinforce({ concurrency }: LoadPlan): void {
    if (this.#isDismissed) return
    const order: LoadOrder = { concurrency }
    const child = this.#parts.start(order)
    this.#workers.add(child)
    child.once('exit', (code, signal) => {
      const wasKnown = this.#workers.delete(child)
      if (!wasKnown || this.#isDismissed) return
      this.#failed.reject(new Error(`A worker of the proof ended too early (${code ?? signal}).`))
    })
  }

  async kill(): Promise<void> {
    const [child] = this.#workers
    if (child === undefined) return
    this.#workers.delete(child)
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async dismiss(graceMs?: number): Promise<void> {
    this.#isDismissed = true
    await this.#parts.dismiss(graceMs)
  }

  clear(): Promise<void> {
    return wipe(this.transport)
  }
}
