/**
 * The demo on a backend that several processes reach: two workers and a producer, each a process of its own, and this
 * one, which only reads the log. Kill a worker, and the other runs its jobs again when the lease is over.
 *
 *   working --dismiss--> workers end when they are done, the producer after its job --all gone--> over
 *      working --the producer fails, or no worker is left--> work() rejects
 */
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Transport } from '@hotline/core'
import { transportOf } from '../adapters.ts'
import { Parts } from '../part/parts.ts'
import { wipe } from '../wipe.ts'
import type { DemoGround, DemoOrder } from './demo-ground.ts'
import type { DemoPart } from './demo-part.ts'

const PROGRAM = new URL(`./demo-part.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
const WORKERS = 2

export class DemoApart implements DemoGround {
  readonly transport: Transport
  /** Workers and the producer. */
  readonly #parts: Parts
  readonly #workers = new Set<ChildProcess>()
  #isBegun = false
  #isDismissed = false

  private constructor(url: string, namespace: string, transport: Transport) {
    this.#parts = new Parts(PROGRAM, { url, namespace })
    this.transport = transport
  }

  /** In a namespace of its own, beside whatever the backend holds. */
  static async at(url: string): Promise<DemoApart> {
    const namespace = `demo.${randomBytes(4).toString('hex')}`
    return new DemoApart(url, namespace, await transportOf(url, { namespace }))
  }

  async work({ tiles, concurrency = availableParallelism() }: DemoOrder): Promise<void> {
    this.#isBegun = true
    const workers = Math.min(WORKERS, concurrency)
    const shares = Array.from({ length: workers }, (_, index) => Math.floor((concurrency + index) / workers))
    const running = shares.map((share) => this.#runWorker(share))
    await Promise.all([this.#produce(tiles), ...running])
  }

  async dismiss(graceMs?: number): Promise<void> {
    this.#isDismissed = true
    await this.#parts.dismiss(graceMs)
  }

  async clear(): Promise<void> {
    if (this.#isBegun) await wipe(this.transport)
  }

  async #runWorker(concurrency: number): Promise<void> {
    const child = this.#start({ role: 'worker', concurrency })
    this.#workers.add(child)
    const [code, signal] = await once(child, 'exit')
    this.#workers.delete(child)
    if (this.#workers.size === 0 && !this.#isDismissed) throw gone('The last worker', code ?? signal)
  }

  async #produce(tiles: DemoOrder['tiles']): Promise<void> {
    const [code, signal] = await once(this.#start({ role: 'producer', tiles }), 'exit')
    if (code !== 0 && !this.#isDismissed) throw gone('The producer', code ?? signal)
  }

  #start(part: DemoPart): ChildProcess {
    return this.#parts.start(part)
  }
}

function gone(who: string, how: string | number): Error {
  return new Error(`${who} of the demo ended too early (${how}).`)
}
