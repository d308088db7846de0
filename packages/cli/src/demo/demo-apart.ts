/**
 * The demo on a backend that several processes reach: two workers and a producer, each a process of its own, and this
 * one, which only reads the log. Kill a worker, and the other runs its jobs again when the lease is over.
 *
 *   working --dismiss--> workers end when they are done, the producer after its job --all gone--> over
 *      working --the producer fails, or no worker is left--> work() rejects
 */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Transport } from '@hotline/core'
import { transportOf } from '../adapters.ts'
import { wipe } from '../wipe.ts'
import type { DemoGround, DemoOrder } from './demo-ground.ts'
import type { DemoPart, Dismissal } from './demo-part.ts'

const PART = new URL(`./demo-part.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
const WORKERS = 2

export class DemoApart implements DemoGround {
  readonly transport: Transport
  readonly #url: string
  readonly #namespace: string
  readonly #workers = new Set<ChildProcess>()
  /** Workers and the producer, while they are there. */
  readonly #parts = new Set<ChildProcess>()
  #isBegun = false
  #isDismissed = false

  private constructor(url: string, namespace: string, transport: Transport) {
    this.#url = url
    this.#namespace = namespace
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
    const dismissal: Dismissal = { do: 'dismiss', graceMs }
    const gone = [...this.#parts].map((child) => {
      const exited = once(child, 'exit')
      if (child.connected) child.send(dismissal)
      return exited
    })
    await Promise.all(gone)
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
    // Not as an argument, where others on the machine would see a password; and what there is to warn of, this process says.
    const env = {
      ...process.env,
      HOTLINE_URL: this.#url,
      HOTLINE_NAMESPACE: this.#namespace,
      NODE_NO_WARNINGS: '1',
    }
    const child = fork(PART, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#parts.add(child)
    child.once('exit', () => this.#parts.delete(child))
    child.send(part)
    return child
  }
}

function gone(who: string, how: string | number): Error {
  return new Error(`${who} of the demo ended too early (${how}).`)
}
