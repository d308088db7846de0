/**
 * The port: what hotline asks of a backend. The log decides what happened; the queue only decides who tries next.
 *
 * An adapter stores, delivers and wakes. It holds no state machine (it calls core's `reduceAll` and `overdue` and
 * writes what they say), no retry policy and no logging. Where one atomic step is impossible it writes in this order:
 * enqueue = ticket, then event; start = event, and if refused drop the ticket; settle = event, then ticket. A crash
 * between two steps is then a repeat that the log refuses, never a loss. docs/writing-an-adapter.md tells the rest.
 */
import type { Cursor, HotlineEvent } from '../events/event.ts'
import type { ProposedNotice } from '../events/notice.ts'
import type { ProposedEvent, Refusal } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { Holder, JobRecord } from '../job/record.ts'
import type { JobState, Sighting } from '../job/truth.ts'
import type { WorkerPresence } from './presence.ts'

/** One backend. Errors: TransportError when it is out of reach, BackpressureError when it is full, ClosedError after `close`. */
export interface Transport extends AsyncDisposable {
  readonly name: string
  readonly limits: TransportLimits
  /** How another thread or process opens the same backend. Missing where none can, as with memory or a foreign client. */
  readonly description?: TransportDescription | undefined
  readonly queue: JobQueue
  readonly log: JobLog
  readonly control: ControlBus
  /** Connects and creates what is missing. Idempotent, also for processes that start at once. */
  open(): Promise<void>
  /** Ends every pending call, then every socket and timer. Leases still held lapse and pass to other workers. Idempotent. */
  close(): Promise<void>
}

/** Numbers, never feature flags: core may wait longer for a backend, it never acts differently. */
export interface TransportLimits {
  /** A dead or stalled holder is replaced within 2 x this. */
  readonly leaseMs: number
  /** How far back `subscribe` can start at least, and the longest that a finished job is remembered. */
  readonly retentionMs: number
  /** Cap of one encoded input, result or progress, in bytes. */
  readonly maxPayloadBytes: number
}

/**
 * A transport as plain data: `(await import(module))[name](options)` makes one that meets the same jobs. `module` is the
 * address of a module (`import.meta.url`, or a name to resolve), `options` survive a structured clone. May hold secrets.
 */
export interface TransportDescription {
  readonly module: string
  readonly name: string
  readonly options: unknown
}

/** A job to store: its founding event, and its input as encoded JSON. */
export interface NewJob {
  readonly queued: ProposedEvent<'job.queued'>
  readonly input: string
}

/** `created` is false where the id, or the key within its task, was there already; `record` is that job's. */
export interface EnqueueOutcome {
  readonly record: JobRecord
  readonly created: boolean
}

export type AppendOutcome =
  | { readonly accepted: true; readonly record: JobRecord }
  | { readonly accepted: false; readonly why: Refusal; readonly record: JobRecord | undefined }

/** What a holder would take at once, in the step that ends its job. */
export interface NextJob {
  readonly queues: readonly string[]
  readonly holder: Holder
}

/** `next` is a lease that was granted in the same step, if the backend does that, and there was a job. */
export type Settled = AppendOutcome & { readonly next?: Lease | undefined }

export interface JobQueue {
  /**
   * Each is stored when this resolves, in this order. After a rejection some may be; the same ids again are safe. With a
   * `turn`, nothing is stored before that resolves, nor if it rejects, which this then does alike: a backend may prepare
   * the jobs meanwhile.
   */
  enqueue(jobs: readonly NewJob[], turn?: Promise<void>): Promise<readonly EnqueueOutcome[]>
  /**
   * Waits for one job of `queues`, and starts it for `holder`: picks the oldest due ticket of the highest priority in a
   * queue that is not paused, appends `job.started`, and grants the lease. Holds at most one ticket per pending call and
   * none between calls. `undefined` when `signal` aborts; a ticket that was under way then stays in its queue.
   */
  reserve(
    queues: readonly string[],
    options: { readonly holder: Holder; readonly signal: AbortSignal },
  ): Promise<Lease | undefined>
  /** Keeps new attempts of the queue from starting; appends `queue.paused` if it was not. Running jobs go on. */
  pause(queue: string): Promise<void>
  resume(queue: string): Promise<void>
  paused(): Promise<readonly string[]>
}

/** The right to run one attempt. It guards against a dead process, not against a slow handler. */
export interface Lease {
  /** The record as of `job.started`. */
  readonly job: JobRecord
  /** The input as encoded JSON. */
  readonly input: string
  /** Aborts when this process learns that the lease is gone; the reason is a LeaseLostError. */
  readonly lost: AbortSignal
  /** Holds on for another `leaseMs`. Resolves with the record as it is now, or rejects with LeaseLostError. */
  extend(): Promise<JobRecord>
  /**
   * Appends the outcome in one step, then drops the ticket or queues it anew, as the new state says. Refused = fenced,
   * or `cancelling`: then the lease is still held, and the caller proposes the same end with `job.cancelled`. Where it is
   * accepted, a backend may grant the `next` job in the same step, as `reserve` would without waiting; one that does
   * not leaves that to `reserve`.
   */
  settle(outcome: readonly ProposedEvent[], next?: NextJob): Promise<Settled>
}

/** Which jobs to list, newest first. Every condition given must hold. */
export interface JobQuery {
  readonly state?: JobState | undefined
  readonly task?: string | undefined
  readonly queue?: string | undefined
  readonly tag?: string | undefined
}

export interface SubscribeOptions {
  /** `start` = the oldest event kept, `now` = what comes after this call, a cursor = what comes after it. */
  readonly from: Cursor | 'start' | 'now'
  readonly signal: AbortSignal
  /** Only the events of this job; a backend may then read less. */
  readonly jobId?: JobId | undefined
}

/** Something in the backend that could not be read, and was set aside. */
export interface DeadFrame {
  /** Where it was, in the backend's own terms. */
  readonly key: string
  readonly reason: string
  /** When it was found, in ms since 1970. */
  readonly at: number
  /** How it begins. */
  readonly sample?: string | undefined
}

export interface JobLog {
  /** Folds the events, all of one job, into its record and appends them in one step, or refuses them all. */
  append(events: readonly ProposedEvent[]): Promise<AppendOutcome>
  /** Appends a notice, which belongs to no job. */
  note(notice: ProposedNotice): Promise<void>
  /** Reflects every append that this process has awaited, and soon after those of others. */
  get(id: JobId): Promise<Sighting | undefined>
  list(query: JobQuery): AsyncIterable<Sighting>
  /** What no hotline of this version wrote, newest first, 1000 at most. It was put out of the way of all else. */
  dead(): Promise<readonly DeadFrame[]>
  /** Replays, then follows, in one order for all readers: no hole, no repeat. Ends when `signal` aborts. */
  subscribe(options: SubscribeOptions): Promise<AsyncIterable<HotlineEvent>>
}

/** To those that listen now, at most once. What must not be lost (a cancel) is in the log before it is sent here. */
export type ControlMessage =
  | { readonly type: 'cancel'; readonly jobId: JobId; readonly attempt: number }
  | { readonly type: 'drain'; readonly worker: string }

export interface ControlBus {
  broadcast(message: ControlMessage): Promise<void>
  /** Resolves when subscribed: while the connection holds, no later broadcast is missed. Call the result to stop. */
  listen(handler: (message: ControlMessage) => void): Promise<() => Promise<void>>
  /** Says that a worker is alive and what it does. Silence for three beats means `worker.lost`. */
  beat(presence: WorkerPresence): Promise<void>
  /** Takes a worker off the list. */
  leave(worker: string): Promise<void>
  workers(): Promise<readonly WorkerPresence[]>
}
