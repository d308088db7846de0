import type { JobErrorCode } from '../error.ts'
import type { Backoff } from '../task/backoff.ts'
import type { ErrorDocument } from './error-document.ts'
import type { JobId } from './job-id.ts'
import type { JsonValue } from './json.ts'

/** Three levels, strict: no `normal` job starts while a `high` one of the same queues waits. */
export type Priority = 'high' | 'normal' | 'low'

/** What a task allows its jobs. Fixed at enqueue, so that a deploy never changes a job that is under way. */
export interface JobLimits {
  /** How many times the handler may throw before the job fails. */
  readonly attempts: number
  /** How many times the job may take its process or its worker with it before it is poisoned. */
  readonly crashLimit: number
  readonly backoff: Backoff
  readonly timeoutMs?: number | undefined
  readonly memoryBytes?: number | undefined
  /** How long the finished job is remembered. */
  readonly retentionMs: number
}

/** What an attempt used. `peakRss` is in bytes and missing where the platform does not tell. */
export interface Usage {
  readonly runMs: number
  readonly cpuMs?: number | undefined
  readonly peakRss?: number | undefined
}

/** How a job that somebody wanted stopped came to its end. */
export type StopMeans =
  /** It never ran. */
  | 'before-start'
  /** Its handler heeded the abort signal and returned or threw. */
  | 'handler'
  /** The signal that ended its process. */
  | 'SIGTERM'
  | 'SIGKILL'
  /** Its process or its worker died before the request was carried out. */
  | 'process-died'

/** The proof that a cancelled job runs nowhere. */
export interface CancelReceipt {
  readonly means: StopMeans
  readonly reason?: string | undefined
  /** From the request to the process being gone, in ms. */
  readonly tookMs: number
  readonly worker?: string | undefined
  readonly slot?: number | undefined
  readonly pid?: number | undefined
}

/** Why a worker no longer runs an attempt that it had started. */
export type LossReason = 'exit' | 'signal' | 'memory' | 'lease'

/** Why an attempt was given back without a verdict. Costs neither an attempt nor a crash. */
export type ReleaseReason = 'drain' | 'unknown-task'

/** What each type of job event says beyond the common fields, as it is read from the log. */
export interface JobEventBodies {
  /** Stored, and waiting for `runAt` or a free slot. Founds the record. */
  'job.queued': {
    readonly bytes: number
    readonly digest: string
    readonly priority: Priority
    readonly runAt: number
    readonly limits: JobLimits
    readonly tags: readonly string[]
    readonly key?: string | undefined
    readonly expiresAt?: number | undefined
    /** The stack of the call that enqueued the job, without hotline's own frames. */
    readonly enqueueSite?: string | undefined
    /** W3C trace context of the enqueuing code. */
    readonly traceparent?: string | undefined
  }
  /** A slot of a worker has it and runs it. */
  'job.started': {
    readonly worker: string
    readonly slot: number
    readonly pid: number
    readonly waitMs: number
  }
  /** What the handler reported; `dropped` counts the reports that this one replaced. */
  'job.progress': { readonly progress: JsonValue; readonly dropped: number }
  /** What the handler wrote with `ctx.log`. */
  'job.logged': { readonly lines: readonly string[]; readonly dropped: number }
  'job.succeeded': Usage & { readonly result: JsonValue }
  /** The attempt failed; the next one starts at `retryAt` or later. */
  'job.retrying': Usage & {
    readonly code: JobErrorCode
    readonly error: ErrorDocument
    readonly retryAt: number
  }
  'job.failed': Usage & { readonly code: JobErrorCode; readonly error: ErrorDocument }
  /** Somebody asked a running job to stop. */
  'job.cancelling': { readonly reason?: string | undefined }
  'job.cancelled': { readonly receipt: CancelReceipt }
  /** The attempt ended without a word of its handler: its process or its worker is gone. */
  'job.lost': {
    readonly reason: LossReason
    readonly code: JobErrorCode
    readonly error: ErrorDocument
    readonly requeued: boolean
    readonly lastSeen?: number | undefined
    readonly lastRss?: number | undefined
    readonly peakRss?: number | undefined
    readonly exitCode?: number | undefined
    readonly signal?: string | undefined
    readonly runMs?: number | undefined
    readonly cpuMs?: number | undefined
  }
  /** The worker gave the attempt back; it costs nothing. */
  'job.released': { readonly reason: ReleaseReason; readonly runAt: number }
  /** Nobody started it before its time was up. */
  'job.expired': { readonly expiresAt: number }
  /** A holder that had lost its lease came with an outcome, and was refused. */
  'attempt.fenced': { readonly refused: JobEventType; readonly why: Refusal }
}

export type JobEventType = keyof JobEventBodies

/** Why the reducer refused an event. */
export type Refusal =
  /** There is no such job (any more). */
  | 'no-such-job'
  /** The job exists; an id is used once. */
  | 'already-exists'
  /** The job is succeeded, failed, cancelled or expired, for ever. */
  | 'final'
  /** The event speaks for an attempt that is not the open one. */
  | 'fenced'
  /** The event does not follow from the state. */
  | 'wrong-state'
  /** Somebody asked for a stop, so the job may not go on: cancel it instead. */
  | 'cancelling'

/** Fields that every event of a job carries. */
export interface JobEventHeader {
  /** Version of the event format. */
  readonly v: 1
  /** Position within the job: 1, 2, 3 … without holes. */
  readonly seq: number
  /** When the log took it, by the backend's clock, in ms since 1970. */
  readonly at: number
  readonly jobId: JobId
  readonly task: string
  readonly queue: string
  /** Number of the attempt that the event speaks of; 0 before the first. Also the fencing token. */
  readonly attempt: number
}

/** An event of one job, as the log keeps it. */
export type JobEvent<T extends JobEventType = JobEventType> = {
  [K in T]: JobEventHeader & { readonly type: K } & JobEventBodies[K]
}[T]

/** What differs between an event as proposed and as kept: times are relative, since only the backend's clock counts. */
interface ProposedBodies
  extends Omit<
    JobEventBodies,
    'job.queued' | 'job.started' | 'job.retrying' | 'job.released' | 'job.expired'
  > {
  'job.queued': Omit<JobEventBodies['job.queued'], 'runAt' | 'expiresAt'> & {
    readonly task: string
    readonly queue: string
    readonly delayMs: number
    readonly expiresInMs?: number | undefined
  }
  'job.started': Omit<JobEventBodies['job.started'], 'waitMs'>
  'job.retrying': Omit<JobEventBodies['job.retrying'], 'retryAt'> & { readonly retryInMs: number }
  'job.released': Omit<JobEventBodies['job.released'], 'runAt'> & { readonly delayMs: number }
  // biome-ignore lint/complexity/noBannedTypes: no field beyond the common ones
  'job.expired': {}
}

/** An event as its author proposes it; the reducer adds `seq`, the log adds `at`. */
export type ProposedEvent<T extends JobEventType = JobEventType> = {
  [K in T]: { readonly type: K; readonly jobId: JobId; readonly attempt: number } & ProposedBodies[K]
}[T]
