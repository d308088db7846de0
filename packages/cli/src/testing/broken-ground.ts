import type { Lease, ProposedEvent, Transport } from '@hotline/core'
import { memory } from '@hotline/core'
import type { LoadPlan } from '../prove/load-plan.ts'
import type { ProvingGround } from '../prove/proving-ground.ts'

/** What a broken worker does wrong. */
export type Breakage = 'holds-two' | 'loses-one'

const WORKER = 'broken'

/** A worker of one slot that breaks a rule: the double of a slot, since the real one cannot. */
export class BrokenGround implements ProvingGround {
  readonly transport: Transport = memory()
  readonly #breakage: Breakage
  readonly #over = new AbortController()

  constructor(breakage: Breakage) {
    this.#breakage = breakage
  }

  async work({ jobs }: LoadPlan): Promise<void> {
    const facts = {
      host: 'h',
      pid: 1,
      isolation: 'inline',
      queues: ['prove'],
      tasks: ['prove.load'],
    } as const
    await this.transport.log.note({
      type: 'worker.online',
      worker: WORKER,
      ...facts,
      limit: 1,
      arithmetic: '1',
    })
    let left = this.#breakage === 'loses-one' ? jobs - 1 : jobs
    for (; left > 0; left -= 2) {
      const held = [await this.#take(0), left > 1 ? await this.#take(1) : undefined]
      for (const lease of held) await this.#succeed(lease)
    }
  }

  async kill(): Promise<void> {}

  reinforce(): void {}

  async dismiss(): Promise<void> {
    if (this.#over.signal.aborted) return
    this.#over.abort()
    await this.transport.log.note({ type: 'worker.offline', worker: WORKER, released: 0 })
  }

  async clear(): Promise<void> {}

  async #take(slot: number): Promise<Lease | undefined> {
    const holder = { worker: WORKER, slot, pid: 1 }
    return this.transport.queue.reserve(['prove'], { holder, signal: this.#over.signal })
  }

  async #succeed(lease: Lease | undefined): Promise<void> {
    if (lease === undefined) return
    const { id: jobId, attempt } = lease.job
    const outcome: ProposedEvent = { type: 'job.succeeded', jobId, attempt, result: null, runMs: 0 }
    await lease.settle([outcome])
  }
}
