/**
 * Tickets and leases. A ticket is a column of its job. A reserve holds nothing until a transaction grants a job, and that
 * grants it started.
 *
 *   looking --no ticket is due--> waiting (for a wake-up, or what comes due) --> looking
 *   looking --a ticket is due--> claiming --granted--> a lease
 *                                claiming --another was faster, or the ticket is of no use--> looking
 */
import type { EnqueueOutcome, JobQueue, Lease, NewJob, NextJob, WakeBoard } from '@hotline/core'
import { checkPayloads, LeaseSet } from '@hotline/core'
import type { DatabaseFile } from './database-file.ts'
import type { FileClock } from './file-clock.ts'
import type { FileReader } from './file-reader.ts'
import type { FileWriter } from './file-writer.ts'
import type { Grant, JobStore } from './job-store.ts'
import { SqliteLeaseKeeper } from './sqlite-lease-keeper.ts'

/** Jobs per step of a write: so many take some 5 ms, and others come in between. */
const CHUNK = 128

/** What the queue works with. */
export interface QueueDesk {
  readonly file: DatabaseFile
  readonly clock: FileClock
  readonly reader: FileReader
  readonly writer: FileWriter
  readonly store: JobStore
  readonly board: WakeBoard
  readonly maxPayloadBytes: number
  readonly closed: AbortSignal
}

export class SqliteQueue implements JobQueue {
  readonly #desk: QueueDesk
  readonly #leases: LeaseSet

  constructor(desk: QueueDesk) {
    this.#desk = desk
    const { store, writer } = desk
    const granted = (grant: Grant) => this.#lease(grant)
    this.#leases = new LeaseSet(new SqliteLeaseKeeper({ store, writer, granted }))
  }

  async enqueue(jobs: readonly NewJob[], turn?: Promise<void>): Promise<readonly EnqueueOutcome[]> {
    const { store, writer, maxPayloadBytes } = this.#desk
    checkPayloads(jobs, maxPayloadBytes)
    if (turn !== undefined) await turn
    const outcomes: EnqueueOutcome[] = []
    for (let first = 0; first < jobs.length; first += CHUNK) {
      const chunk = jobs.slice(first, first + CHUNK)
      const storeAll = (now: number) => chunk.map((job) => store.enqueue(job, now))
      outcomes.push(...(await writer.write('enqueue', storeAll)))
    }
    return outcomes
  }

  async reserve(
    queues: readonly string[],
    { holder, signal }: { readonly holder: NextJob['holder']; readonly signal: AbortSignal },
  ): Promise<Lease | undefined> {
    const { board, closed } = this.#desk
    const stop = AbortSignal.any([signal, closed])
    const ear = board.ear(['queue'])
    try {
      while (!stop.aborted) {
        const found = await this.#look({ queues, holder }, stop).catch((error: unknown) => {
          if (closed.aborted) return 0
          throw error
        })
        if (typeof found !== 'number') return found
        await ear.until(found, stop)
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
  }

  async paused(): Promise<readonly string[]> {
    const rows = await this.#desk.reader.read('list paused queues', () => this.#desk.file.all('paused'))
    return rows.map(({ queue }) => String(queue))
  }

  /** The transport was closed. */
  close(): void {
    this.#leases.close()
  }

  /** A lease, or in how many ms the next ticket comes due. */
  async #look(next: NextJob, stop: AbortSignal): Promise<Lease | number> {
    const { reader, writer, store } = this.#desk
    for (;;) {
      const dueInMs = await reader.read('reserve a job', () => this.#dueInMs(next.queues))
      if (dueInMs > 0) return dueInMs
      const grant = await writer.write('reserve a job', (now) =>
        stop.aborted ? 'left' : store.grant(next, now),
      )
      if (grant === 'left') return 0
      if (grant !== undefined) return this.#lease(grant)
    }
  }

  #dueInMs(queues: readonly string[]): number {
    const { file, clock } = this.#desk
    const dueAt: unknown = file.get('next-due', JSON.stringify(queues))?.due_at
    return typeof dueAt === 'number' ? Math.max(0, dueAt - clock.now) : Number.POSITIVE_INFINITY
  }

  #lease({ job, input }: Grant): Lease {
    const lease = this.#leases.hold(job, input)
    if (this.#desk.closed.aborted) lease.close()
    return lease
  }

  async #switch(
    queue: string,
    way: 'pause' | 'resume',
    type: 'queue.paused' | 'queue.resumed',
  ): Promise<void> {
    const { file, writer, store } = this.#desk
    await writer.write(`${way} a queue`, (now) => {
      if (file.run(way, queue).changes === 0) return
      store.note({ type, queue }, now)
      writer.news.add('queue')
    })
  }
}
