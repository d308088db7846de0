import { randomUUID } from 'node:crypto'
import type { EnqueueOutcome, JobQueue, Lease, NewJob, NextJob } from '@hotline/core'
import { ClosedError, checkPayloads, LeaseSet, parseRecord } from '@hotline/core'
import type { BlockingPool, Command } from './blocking-pool.ts'
import type { JobStore } from './job-store.ts'
import type { RedisCalls } from './redis-calls.ts'
import { BLOCK_MS } from './redis-client.ts'
import { RedisLeaseKeeper } from './redis-lease-keeper.ts'

/** What the queue works with. */
export interface QueueDesk {
  readonly calls: RedisCalls
  readonly store: JobStore
  readonly leaseMs: number
  readonly prefix: string
  readonly maxPayloadBytes: number
  readonly closed: AbortSignal
  readonly blocking: BlockingPool
}

/** Tickets and leases. A reserve holds nothing until `claim.lua` grants a job, and that grants it started. */
export class RedisQueue implements JobQueue {
  readonly #desk: QueueDesk
  readonly #leases: LeaseSet

  constructor(desk: QueueDesk) {
    this.#desk = desk
    const asking = (next: NextJob) => this.#asking(next)
    const granted = (answer: readonly unknown[]) => this.#granted(answer)
    this.#leases = new LeaseSet(new RedisLeaseKeeper({ ...desk, asking, granted }))
  }

  async enqueue(jobs: readonly NewJob[], turn?: Promise<void>): Promise<readonly EnqueueOutcome[]> {
    const { store, maxPayloadBytes } = this.#desk
    checkPayloads(jobs, maxPayloadBytes)
    return store.enqueue(jobs, turn)
  }

  async reserve(
    queues: readonly string[],
    { holder, signal }: { readonly holder: NextJob['holder']; readonly signal: AbortSignal },
  ): Promise<Lease | undefined> {
    const { closed } = this.#desk
    const stop = AbortSignal.any([signal, closed])
    const next: NextJob = { queues, holder }
    try {
      let found: Lease | number | undefined
      while (!stop.aborted) {
        found =
          typeof found === 'number' ? await this.#claimWhenHinted(next, found, stop) : await this.#claim(next)
        if (found !== undefined && typeof found !== 'number') return found
      }
      return undefined
    } catch (error) {
      if (closed.aborted && error instanceof ClosedError) return undefined
      throw error
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
    this.#leases.close()
  }

  /** A lease, or in how many ms the next ticket comes due (-1 = none does). Runs to its end even if nobody waits. */
  async #claim(next: NextJob): Promise<Lease | number> {
    const args = this.#asking(next)
    for (;;) {
      const found = await this.#found(await this.#desk.calls.run('claim', 'reserve a job', ...args))
      if (found !== undefined) return found
    }
  }

  /**
   * Waits for a wake-up, for what comes due, or for the floor, whichever is first, and claims in the same breath: the
   * claim stands behind the wait on its connection. Where no answer came, it is withdrawn, so that what it was granted
   * gets lost neither now nor later. `undefined` = look.
   */
  async #claimWhenHinted(
    next: NextJob,
    nextDueMs: number,
    stop: AbortSignal,
  ): Promise<Lease | number | undefined> {
    const { prefix, blocking, calls } = this.#desk
    const waitMs = nextDueMs < 0 ? BLOCK_MS : Math.min(BLOCK_MS, Math.max(1, nextDueMs))
    const keys = next.queues.map((queue) => `${prefix}hint:${queue}`)
    const wait: Command = ['BLPOP', ...keys, (waitMs / 1000).toFixed(3)]
    const asked = this.#asking(next)
    const answers = await blocking.call([wait, calls.commandOf('claim', ...asked)], waitMs, stop)
    if (answers === undefined) return this.#withdraw(asked[0])
    const [, claimed] = answers
    return Array.isArray(claimed) ? this.#found(claimed.slice(1)) : undefined
  }

  async #withdraw(request: string): Promise<Lease | undefined> {
    return this.#granted(await this.#desk.calls.run('withdraw', 'withdraw a claim', request))
  }

  /** `undefined` for a job that nobody can read. */
  async #found(answer: readonly unknown[]): Promise<Lease | number | undefined> {
    return answer[0] === 'granted' ? this.#granted(answer) : Number(answer[1])
  }

  #asking({
    queues,
    holder: { worker, slot, pid },
  }: NextJob): readonly [request: string, ...(string | number)[]] {
    return [randomUUID(), this.#desk.leaseMs, JSON.stringify(worker), slot, pid, ...queues]
  }

  /** `undefined` for an answer that grants nothing, or a job that nobody can read. */
  async #granted([word, ...rest]: readonly unknown[]): Promise<Lease | undefined> {
    if (word !== 'granted') return undefined
    const [id = '', record = '', start = '', input = ''] = rest.map(String)
    try {
      return this.#leases.hold(parseRecord(id, { record, start }), input)
    } catch (error) {
      await this.#desk.store.setAside(id, error)
      return undefined
    }
  }

  async #switch(queue: string, way: string, type: string): Promise<void> {
    const notice = JSON.stringify({ v: 1, type, queue }).slice(0, -1)
    await this.#desk.calls.run('switch', `${way} a queue`, queue, way, notice)
  }
}
