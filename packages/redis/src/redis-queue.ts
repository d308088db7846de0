import { randomUUID } from 'node:crypto'
import type { EnqueueOutcome, JobQueue, Lease, NewJob, NextJob } from '@hotline/core'
import { ClosedError, PayloadTooLargeError } from '@hotline/core'
import type { BlockingPool } from './blocking-pool.ts'
import { BLOCK_MS } from './redis-client.ts'
import type { LeaseDesk } from './redis-lease.ts'
import { RedisLease } from './redis-lease.ts'
import { recordOf } from './stored-job.ts'

/** What the queue works with. */
export interface QueueDesk extends Omit<LeaseDesk, 'onEnd' | 'asking' | 'granted'> {
  readonly prefix: string
  readonly maxPayloadBytes: number
  readonly closed: AbortSignal
  readonly blocking: BlockingPool
}

/** Tickets and leases. A reserve holds nothing until `claim.lua` grants a job, and that grants it started. */
export class RedisQueue implements JobQueue {
  readonly #desk: QueueDesk
  readonly #leases = new Set<RedisLease>()

  constructor(desk: QueueDesk) {
    this.#desk = desk
  }

  async enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    for (const { queued } of jobs) this.#checkSize(queued)
    return this.#desk.store.enqueue(jobs)
  }

  async reserve(
    queues: readonly string[],
    { holder, signal }: { readonly holder: NextJob['holder']; readonly signal: AbortSignal },
  ): Promise<Lease | undefined> {
    const { closed } = this.#desk
    const stop = AbortSignal.any([signal, closed])
    for (;;) {
      if (stop.aborted) return undefined
      // A claim runs to its end even if nobody waits for it any more: what it grants must not get lost.
      const claimed = await this.#claim({ queues, holder }).catch((error) => {
        if (closed.aborted && error instanceof ClosedError) return undefined
        throw error
      })
      if (typeof claimed !== 'number') return claimed
      await this.#hint(queues, claimed, stop)
    }
  }

  async pause(queue: string): Promise<void> {
    await this.#switch(queue, 'pause', 'queue.paused')
  }

  async resume(queue: string): Promise<void> {
    await this.#switch(queue, 'resume', 'queue.resumed')
  }

  async paused(): Promise<readonly string[]> {
    const { calls, prefix } = this.#desk
    const members = await calls.command('list paused queues', 'SMEMBERS', `${prefix}paused`)
    return Array.isArray(members) ? members.map(String) : []
  }

  /** The transport was closed. */
  close(): void {
    for (const lease of this.#leases) lease.close()
    this.#leases.clear()
  }

  /** A lease, or in how many ms the next ticket comes due (-1 = none does). */
  async #claim(next: NextJob): Promise<Lease | number> {
    const args = this.#asking(next)
    for (;;) {
      const answer = await this.#desk.calls.run('claim', 'reserve a job', ...args)
      if (answer[0] !== 'granted') return Number(answer[1])
      const lease = await this.#granted(answer)
      if (lease !== undefined) return lease
    }
  }

  #asking({ queues, holder: { worker, slot, pid } }: NextJob): readonly (string | number)[] {
    return [randomUUID(), this.#desk.leaseMs, JSON.stringify(worker), slot, pid, ...queues]
  }

  /** `undefined` for an answer that grants nothing, or a job that nobody can read. */
  async #granted([word, ...rest]: readonly unknown[]): Promise<Lease | undefined> {
    if (word !== 'granted') return undefined
    const [id = '', record = '', start = '', input = ''] = rest.map(String)
    try {
      return this.#lease(recordOf(id, { record, start }), input)
    } catch (error) {
      await this.#desk.store.setAside(id, error)
      return undefined
    }
  }

  #lease(job: ConstructorParameters<typeof RedisLease>[1], input: string): RedisLease {
    const { calls, store, leaseMs } = this.#desk
    const desk: LeaseDesk = {
      ...{ calls, store, leaseMs },
      onEnd: (ended) => this.#leases.delete(ended),
      asking: (next) => this.#asking(next),
      granted: (answer) => this.#granted(answer),
    }
    const lease = new RedisLease(desk, job, input)
    this.#leases.add(lease)
    return lease
  }

  /** Waits for a wake-up, for what comes due, or for the floor: whichever is first. */
  async #hint(queues: readonly string[], nextDueMs: number, stop: AbortSignal): Promise<void> {
    const { prefix, blocking } = this.#desk
    const waitMs = nextDueMs < 0 ? BLOCK_MS : Math.min(BLOCK_MS, Math.max(1, nextDueMs))
    const keys = queues.map((queue) => `${prefix}hint:${queue}`)
    await blocking.call(['BLPOP', ...keys, (waitMs / 1000).toFixed(3)], waitMs, stop)
  }

  async #switch(queue: string, way: string, type: string): Promise<void> {
    const notice = JSON.stringify({ v: 1, type, queue }).slice(0, -1)
    await this.#desk.calls.run('switch', `${way} a queue`, queue, way, notice)
  }

  #checkSize({ task, bytes }: NewJob['queued']): void {
    const limit = this.#desk.maxPayloadBytes
    if (bytes > limit) throw new PayloadTooLargeError({ what: `the input of task "${task}"`, bytes, limit })
  }
}
