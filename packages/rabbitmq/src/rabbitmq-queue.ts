import type { EnqueueOutcome, Holder, JobQueue, JobRecord, Lease, NewJob } from '@hotline/core'
import { ClosedError, checkPayloads, HeldLease } from '@hotline/core'
import type { BrokerClock } from './broker-clock.ts'
import type { Fold } from './fold.ts'
import type { FoldedJob } from './folded-job.ts'
import type { JobStore } from './job-store.ts'
import type { LogWriter } from './log-writer.ts'
import type { PulseLine } from './pulse-line.ts'
import { lossOf, RabbitMQLeaseKeeper } from './rabbitmq-lease-keeper.ts'
import { ReadyLines } from './ready-lines.ts'

/** What the queue works with. */
export interface QueueDesk {
  readonly store: JobStore
  readonly writer: LogWriter
  readonly pulses: PulseLine
  readonly clock: BrokerClock
  readonly fold: () => Fold
  readonly maxPayloadBytes: number
  readonly closed: AbortSignal
}

interface Reserve {
  readonly queues: readonly string[]
  readonly holder: Holder
  readonly stop: AbortSignal
}

/** The floor under every wake-up, in ms. */
const FLOOR_MS = 1_000
/** How long a reserve that was aborted waits for the answer to a claim that is under way, in ms. */
const LAST_WORD_MS = 1_000

/**
 * Jobs that wait, as the fold has them, and leases. A reserve holds nothing: it claims the job that comes first, and has
 * it when it reads its own `job.started` back, accepted. Where several claim one job, the log takes the first, and the
 * others go on to the next.
 */
export class RabbitMQQueue implements JobQueue {
  readonly #desk: QueueDesk
  readonly #leases = new Map<string, HeldLease>()
  readonly #keeper: RabbitMQLeaseKeeper
  readonly #waiting = new Set<() => void>()
  #lines: ReadyLines

  constructor(desk: QueueDesk) {
    this.#desk = desk
    this.#keeper = new RabbitMQLeaseKeeper(desk.store)
    this.#lines = new ReadyLines((id) => desk.store.find(id))
  }

  async enqueue(jobs: readonly NewJob[], turn?: Promise<void>): Promise<readonly EnqueueOutcome[]> {
    checkPayloads(jobs, this.#desk.maxPayloadBytes)
    if (turn !== undefined) await turn
    const stored = await Promise.allSettled(jobs.map((job) => this.#desk.store.enqueue(job)))
    return stored.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
  }

  async reserve(
    queues: readonly string[],
    { holder, signal }: { readonly holder: Holder; readonly signal: AbortSignal },
  ): Promise<Lease | undefined> {
    const stop = AbortSignal.any([signal, this.#desk.closed])
    try {
      while (!stop.aborted) {
        const lease = await this.#claimFirst({ queues, holder, stop })
        if (lease !== undefined) return lease
      }
    } catch (error) {
      if (!(error instanceof ClosedError)) throw error
    }
    return undefined
  }

  async pause(queue: string): Promise<void> {
    await this.#switch(queue, true)
  }

  async resume(queue: string): Promise<void> {
    await this.#switch(queue, false)
  }

  async paused(): Promise<readonly string[]> {
    await this.#desk.pulses.beat('list paused queues')
    return [...this.#desk.fold().paused]
  }

  /** The fold has this record now. */
  changed(job: FoldedJob): void {
    this.#lines.add(job)
    const { id, state } = job.record
    const lease = this.#leases.get(id)
    const lost = lease === undefined ? undefined : lossOf(lease.job, job.record)
    if (lost !== undefined) lease?.lose(lost)
    if (state !== 'running') this.wake()
  }

  /** Something may be there for those who wait. */
  wake(): void {
    for (const end of [...this.#waiting]) end()
  }

  /** The log is another one: what was known of it is void. */
  reset(): void {
    this.#lines = new ReadyLines((id) => this.#desk.store.find(id))
    for (const lease of [...this.#leases.values()]) lease.lose('the log was deleted')
    this.wake()
  }

  close(): void {
    for (const lease of [...this.#leases.values()]) lease.close()
    this.#leases.clear()
    this.wake()
  }

  /** The lease of the job that comes first; `undefined` when it went to another, or after a wait for one. */
  async #claimFirst(reserve: Reserve): Promise<Lease | undefined> {
    const { clock, fold } = this.#desk
    const open = reserve.queues.filter((queue) => !fold().paused.has(queue))
    const job = this.#lines.take(open, clock.now)
    if (job !== undefined) return this.#claim(job, reserve)
    await this.#moment(open, reserve.stop)
    return undefined
  }

  async #claim({ record }: FoldedJob, { holder, stop }: Reserve): Promise<Lease | undefined> {
    const { id: jobId, attempt } = record
    const claimed = this.#start({ type: 'job.started', jobId, attempt: attempt + 1, ...holder })
    const isInTime = await within(claimed, stop, LAST_WORD_MS)
    if (isInTime) return claimed
    // Nobody waits for it any more: if it is granted after all, it goes back at no cost.
    claimed.then((lease) => lease?.settle([released(lease.job)])).catch(() => {})
    return undefined
  }

  async #start(started: Parameters<JobStore['claim']>[0]): Promise<Lease | undefined> {
    const { store } = this.#desk
    try {
      const outcome = await store.claim(started)
      if (!outcome.accepted) return undefined
      const job = store.find(started.jobId)
      return job === undefined ? undefined : this.#lease(outcome.record, await store.input(job))
    } finally {
      this.#lines.done(started.jobId)
    }
  }

  #lease(job: JobRecord, input: string): Lease {
    const lease = new HeldLease(this.#keeper, job, input, (ended) => {
      if (this.#leases.get(job.id) === ended) this.#leases.delete(job.id)
    })
    this.#leases.set(job.id, lease)
    return lease
  }

  /** Until something changes, a job comes due, or the floor is reached. */
  #moment(queues: readonly string[], stop: AbortSignal): Promise<void> {
    const { now } = this.#desk.clock
    const dueInMs = (this.#lines.nextAt(queues, now) ?? Number.POSITIVE_INFINITY) - now
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#waiting.delete(end)
        stop.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(FLOOR_MS, Math.max(1, dueInMs)))
      this.#waiting.add(end)
      stop.addEventListener('abort', end)
      if (stop.aborted) end()
    })
  }

  async #switch(queue: string, paused: boolean): Promise<void> {
    const what = paused ? 'pause a queue' : 'resume a queue'
    await this.#desk.writer.write({ kind: 'switch', queue, paused }, { what, patience: 'answer' })
  }
}

/** False when it has not ended `ms` after the signal aborted. */
function within(promise: Promise<unknown>, stop: AbortSignal, ms: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const onAbort = () => {
      timer = setTimeout(() => resolve(false), ms)
    }
    const end = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', onAbort)
    }
    stop.addEventListener('abort', onAbort)
    if (stop.aborted) onAbort()
    promise
      .then(
        () => resolve(true),
        (error) => reject(error),
      )
      .finally(end)
  })
}

function released({ id: jobId, attempt }: JobRecord): Parameters<Lease['settle']>[0][number] {
  return { type: 'job.released', jobId, attempt, reason: 'drain', delayMs: 0 }
}
