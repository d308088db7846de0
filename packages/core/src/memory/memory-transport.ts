import { ClosedError } from '../error.ts'
import type { HotlineEvent } from '../events/event.ts'
import type { ProposedNotice } from '../events/notice.ts'
import type { ProposedEvent } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { Holder } from '../job/record.ts'
import { isFinal } from '../job/record.ts'
import type { Sighting } from '../job/truth.ts'
import { checkPayloads } from '../transport/check-payloads.ts'
import { LeaseSet } from '../transport/lease-set.ts'
import { matchesQuery } from '../transport/matches-query.ts'
import type { WorkerPresence } from '../transport/presence.ts'
import type {
  AppendOutcome,
  ControlBus,
  ControlMessage,
  DeadFrame,
  EnqueueOutcome,
  JobLog,
  JobQuery,
  JobQueue,
  Lease,
  NewJob,
  SubscribeOptions,
  Transport,
  TransportLimits,
} from '../transport/transport.ts'
import type { MemoryBackend, StoredJob, Waiter } from './memory-backend.ts'
import { MemoryLeaseKeeper } from './memory-lease-keeper.ts'

/** One connection to a memory backend. Opened, it may be used; closed, it may be opened anew. */
export class MemoryTransport implements Transport, JobQueue, JobLog, ControlBus {
  readonly name: string = 'memory'
  readonly limits: TransportLimits
  readonly queue: JobQueue = this
  readonly log: JobLog = this
  readonly control: ControlBus = this
  readonly #backend: MemoryBackend
  /** Aborts at close; a new one per opening. */
  #session: AbortController | undefined
  readonly #leases: LeaseSet

  constructor(backend: MemoryBackend) {
    this.#backend = backend
    this.#leases = new LeaseSet(new MemoryLeaseKeeper(backend))
    const { leaseMs, retentionMs, maxPayloadBytes } = backend.options
    this.limits = Object.freeze({ leaseMs, retentionMs, maxPayloadBytes })
  }

  async open(): Promise<void> {
    if (this.#session !== undefined) return
    this.#session = new AbortController()
    this.#backend.attach()
  }

  async close(): Promise<void> {
    const session = this.#session
    if (session === undefined) return
    this.#session = undefined
    session.abort()
    this.#leases.close()
    this.#backend.detach()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async enqueue(jobs: readonly NewJob[], turn?: Promise<void>): Promise<readonly EnqueueOutcome[]> {
    if (turn !== undefined) await turn
    this.#check('enqueue')
    checkPayloads(jobs, this.limits.maxPayloadBytes)
    return jobs.map((job) => this.#backend.enqueue(job))
  }

  async reserve(
    queues: readonly string[],
    options: { readonly holder: Holder; readonly signal: AbortSignal },
  ): Promise<Lease | undefined> {
    const session = this.#check('reserve')
    const { holder, signal } = options
    if (signal.aborted) return undefined
    return new Promise((resolve) => {
      const end = (lease: Lease | undefined) => {
        signal.removeEventListener('abort', leave)
        session.removeEventListener('abort', leave)
        resolve(lease)
      }
      const leave = () => {
        this.#backend.leave(waiter)
        end(undefined)
      }
      const waiter: Waiter = { queues, holder, grant: (job) => end(this.#lease(job)) }
      signal.addEventListener('abort', leave)
      session.addEventListener('abort', leave)
      this.#backend.wait(waiter)
    })
  }

  async pause(queue: string): Promise<void> {
    this.#check('pause a queue')
    this.#backend.pause(queue)
  }

  async resume(queue: string): Promise<void> {
    this.#check('resume a queue')
    this.#backend.resume(queue)
  }

  async paused(): Promise<readonly string[]> {
    this.#check('list paused queues')
    return [...this.#backend.paused]
  }

  async append(events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    this.#check('append')
    return this.#backend.append(events)
  }

  async note(notice: ProposedNotice): Promise<void> {
    this.#check('note')
    this.#backend.note(notice)
  }

  async get(id: JobId): Promise<Sighting | undefined> {
    this.#check('get a job')
    const job = this.#backend.find(id)
    return job === undefined ? undefined : this.#backend.sighting(job)
  }

  async *list(query: JobQuery): AsyncGenerator<Sighting> {
    this.#check('list jobs')
    const isOpen = query.state !== undefined && !isFinal(query.state)
    for (const job of this.#backend.jobs(isOpen ? 'unfinished' : 'all')) {
      const sighting = this.#backend.sighting(job)
      if (matchesQuery(sighting, query)) yield sighting
    }
  }

  /** Nobody but hotline writes here. */
  async dead(): Promise<readonly DeadFrame[]> {
    this.#check('list what is dead')
    return []
  }

  async subscribe(options: SubscribeOptions): Promise<AsyncIterable<HotlineEvent>> {
    const session = this.#check('subscribe')
    const signal = AbortSignal.any([session, options.signal])
    return this.#backend.log.subscribe({ ...options, signal }, () => this.#backend.now())
  }

  async broadcast(message: ControlMessage): Promise<void> {
    this.#check('broadcast')
    for (const listener of this.#backend.listeners) queueMicrotask(() => listener(message))
  }

  async listen(handler: (message: ControlMessage) => void): Promise<() => Promise<void>> {
    const session = this.#check('listen')
    const { listeners } = this.#backend
    const listener = (message: ControlMessage) => {
      if (listeners.has(listener)) handler(message)
    }
    const stop = () => {
      listeners.delete(listener)
      session.removeEventListener('abort', stop)
    }
    listeners.add(listener)
    session.addEventListener('abort', stop)
    return async () => stop()
  }

  async beat(presence: WorkerPresence): Promise<void> {
    this.#check('beat')
    this.#backend.roll.beat(presence)
  }

  async leave(worker: string): Promise<void> {
    this.#check('leave')
    this.#backend.roll.leave(worker)
  }

  async workers(): Promise<readonly WorkerPresence[]> {
    this.#check('list workers')
    return this.#backend.roll.all()
  }

  #check(call: string): AbortSignal {
    if (this.#session === undefined) throw new ClosedError({ what: 'memory transport', call })
    return this.#session.signal
  }

  #lease(job: StoredJob): Lease {
    const lease = this.#leases.hold(job.record, job.input)
    job.onLapse = () => lease.lose('it was not renewed in time')
    return lease
  }
}
