/**
 * Workers that are processes of their own, on a backend that several processes reach; this one only enqueues and reads
 * the log.
 *
 *   working --dismiss--> workers end when they are done --all gone--> over
 *      working --a worker is gone that was not killed--> work() rejects
 */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Transport } from '@hotline/core'
import { wipe } from '../wipe.ts'
import type { LoadPlan } from './load-plan.ts'
import type { LoadDismissal, LoadOrder } from './load-worker.ts'
import type { ProvingGround } from './proving-ground.ts'

const WORKER = new URL(`./load-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

/** How to reach the backend from another process. */
export interface GroundAddress {
  readonly url: string
  readonly namespace: string
  /** Of the adapter, if it is missing. */
  readonly lease: string | undefined
}

export class GroundApart implements ProvingGround {
  readonly transport: Transport
  readonly #address: GroundAddress
  readonly #workers = new Set<ChildProcess>()
  readonly #failed = Promise.withResolvers<never>()
  #isDismissed = false

  constructor(address: GroundAddress, transport: Transport) {
    this.#address = address
    this.transport = transport
    this.#failed.promise.catch(() => {}) // told to whoever works
  }

  async work(plan: LoadPlan): Promise<void> {
    for (let count = 0; count < plan.workers; count++) this.reinforce(plan)
    await this.#failed.promise
  }

  reinforce({ concurrency }: LoadPlan): void {
    if (this.#isDismissed) return
    const child = this.#start({ concurrency })
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
    const dismissal: LoadDismissal = { do: 'dismiss', graceMs }
    const gone = [...this.#workers].map((child) => {
      const exited = once(child, 'exit')
      if (child.connected) child.send(dismissal)
      return exited
    })
    await Promise.all(gone)
  }

  clear(): Promise<void> {
    return wipe(this.transport)
  }

  #start(order: LoadOrder): ChildProcess {
    const { url, namespace, lease } = this.#address
    // Not as an argument, where others on the machine would see a password; and what there is to warn of, this process says.
    const env = { ...process.env, HOTLINE_URL: url, HOTLINE_NAMESPACE: namespace, NODE_NO_WARNINGS: '1' }
    const leased = lease === undefined ? env : { ...env, HOTLINE_LEASE: lease }
    const child = fork(WORKER, { env: leased, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.send(order)
    return child
  }
}
