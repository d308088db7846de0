/**
 * Tickets and leases. A reserve holds nothing until `claim.sql` grants a job, and that grants it started.
 *
 *   looking --no ticket is due--> waiting (for a wake-up, what comes due, or the floor) --> looking
 *   looking --a ticket is due--> claiming --granted--> a lease
 *                                claiming --another was faster, or the ticket is of no use--> looking
 */
import { randomUUID } from 'node:crypto'
import type { EnqueueOutcome, JobQueue, Lease, NewJob, NextJob, WakeBoard } from '@hotline/core'
import { ClosedError, LeaseSet, parseRecord } from '@hotline/core'
import type { Row } from './database.ts'
import type { Enqueuer } from './enqueuer.ts'
import type { HintLine } from './hint-line.ts'
import type { JobStore } from './job-store.ts'
import type { PostgresCalls } from './postgres-calls.ts'
import { PostgresLeaseKeeper } from './postgres-lease-keeper.ts'
import type { TicketDesk } from './ticket-desk.ts'
import { bossQueueOf } from './ticket-desk.ts'

/** What the queue works with. */
export interface QueueDesk {
  readonly calls: PostgresCalls
  readonly store: JobStore
  readonly tickets: TicketDesk
  readonly enqueuer: Enqueuer
  readonly hints: HintLine
  readonly board: WakeBoard
  readonly leaseMs: number
  readonly closed: AbortSignal
  /** How long to wait at most before looking, in ms. */
  readonly floorMs: () => number
}

export class PostgresQueue implements JobQueue {
  readonly #desk: QueueDesk
  readonly #leases: LeaseSet

  constructor(desk: QueueDesk) {
    this.#desk = desk
    this.#leases = new LeaseSet(new PostgresLeaseKeeper(desk))
  }

  async enqueue(jobs: readonly NewJob[], turn?: Promise<void>): Promise<readonly EnqueueOutcome[]> {
    return this.#desk.enqueuer.enqueue(jobs, turn)
  }

  async reserve(
    queues: readonly string[],
    { holder, signal }: { readonly holder: NextJob['holder']; readonly signal: AbortSignal },
  ): Promise<Lease | undefined> {
    const { closed, board, floorMs } = this.#desk
    const stop = AbortSignal.any([signal, closed])
    const ear = board.ear(queues.map((queue) => `queue:${queue}`))
    try {
      while (!stop.aborted) {
        // A claim runs to its end even if nobody waits for it any more: what it grants must not get lost.
        const claimed = await this.#look({ queues, holder }).catch((error) => {
          if (closed.aborted && error instanceof ClosedError) return undefined
          throw error
        })
        if (typeof claimed !== 'number') return claimed
        await ear.until(Math.max(1, Math.min(floorMs(), claimed)), stop)
      }
      return undefined
    } finally {
      ear.close()
    }
  }

  async pause(queue: string): Promise<void> {
    await this.#switch(queue, 'pause', 'queue.paused')
  }

  async resume(queue: string): Promise<void> {
    await this.#switch(queue, 'resume', 'queue.resumed')
    this.#desk.hints.hint(`queue:${queue}`)
  }

  async paused(): Promise<readonly string[]> {
    const rows = await this.#desk.calls.run('paused', 'list paused queues')
    return rows.map(({ queue }) => String(queue))
  }

  /** The transport was closed. */
  close(): void {
    this.#leases.close()
  }

  /** A lease, or in how many ms the next ticket comes due. */
  async #look(next: NextJob): Promise<Lease | number> {
    const { calls } = this.#desk
    const queueOf = new Map(next.queues.map((queue) => [bossQueueOf(queue), queue]))
    const [bossQueues, queues] = [JSON.stringify([...queueOf.keys()]), JSON.stringify([...queueOf.values()])]
    for (;;) {
      const [found] = await calls.run('peek', 'reserve a job', bossQueues, queues)
      const queue = queueOf.get(String(found?.head))
      if (queue === undefined) return Number(found?.due_in_ms ?? Number.POSITIVE_INFINITY)
      const lease = await this.#claim(queue, next)
      if (lease !== undefined) return lease
    }
  }

  async #claim(queue: string, { holder: { worker, slot, pid } }: NextJob): Promise<Lease | undefined> {
    const { calls, tickets, leaseMs, hints } = this.#desk
    const request = randomUUID()
    const text = calls.shelf.text('claim', { fetch: await tickets.fetch(queue) })
    const values = [request, JSON.stringify(worker), slot, pid, leaseMs, queue]
    const [row] = await calls.runAgain(text, 'reserve a job', values, () =>
      calls.run('claimed', 'reserve a job', request),
    )
    if (row === undefined) return undefined
    if (typeof row.id !== 'string') {
      await calls.run('return-ticket', 'give a ticket back', bossQueueOf(queue), String(row.ticket), queue)
      return undefined
    }
    hints.hint('log', `job:${row.id}`)
    return this.#granted(row.id, row)
  }

  /** `undefined` for a job that nobody can read. */
  async #granted(id: string, row: Row): Promise<Lease | undefined> {
    try {
      const job = parseRecord(id, { record: String(row.record), start: String(row.start) })
      return this.#leases.hold(job, String(row.input))
    } catch (error) {
      await this.#desk.store.setAside(id, error)
      return undefined
    }
  }

  async #switch(queue: string, way: 'pause' | 'resume', type: string): Promise<void> {
    const notice = JSON.stringify({ v: 1, type, queue }).slice(0, -1)
    await this.#desk.calls.run(way, `${way} a queue`, queue, randomUUID(), notice)
    this.#desk.hints.hint('log')
  }
}
