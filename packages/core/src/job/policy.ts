/**
 * What follows from what happened to a job, as events to propose. Pure, so that every backend and every worker decides
 * alike; the reducer has the last word. There are two budgets: `attempts` for errors of the handler, `crashLimit` for
 * attempts that took their process or their worker with them. A job that was asked to stop is never run again.
 */
import type { JobErrorCode } from '../error.ts'
import { backoffDelay } from '../task/backoff.ts'
import type { ErrorDocument } from './error-document.ts'
import type {
  CancelReceipt,
  JobEventBodies,
  ProposedEvent,
  ReleaseReason,
  StopMeans,
  Usage,
} from './event.ts'
import type { JobRecord } from './record.ts'
import { isFinal } from './record.ts'

/** Times a job may meet workers that lack its task before it fails: about nine minutes of a rolling deploy. */
export const UNKNOWN_TASK_LIMIT = 15
const UNKNOWN_TASK_BACKOFF = { initialMs: 500, factor: 2, maxMs: 60_000, jitter: 0.2 }

/** An error that ended an attempt while its process lives on. */
export interface AttemptError {
  readonly code: JobErrorCode
  readonly error: ErrorDocument
  readonly usage: Usage
  /** False for what another attempt cannot mend: a bad input, an error marked as final. */
  readonly retryable: boolean
}

/** An attempt that ended without a word of its handler. */
export type Crash = Omit<JobEventBodies['job.lost'], 'requeued'>

/** How a stop that was asked for ended. */
export interface Stop {
  readonly means: StopMeans
  readonly tookMs: number
}

/** The attempt failed: try again after the backoff, or fail for good. */
export function afterError(
  record: JobRecord,
  failed: AttemptError,
  random: () => number = Math.random,
): ProposedEvent[] {
  const { code, error, usage } = failed
  const head = { jobId: record.id, attempt: record.attempt }
  const isLast = !failed.retryable || record.failures + 1 >= record.limits.attempts
  if (isLast) return [{ type: 'job.failed', ...head, code, error, ...usage }]
  const retryInMs = backoffDelay(record.limits.backoff, record.failures + 1, random)
  return [{ type: 'job.retrying', ...head, code, error, retryInMs, ...usage }]
}

/** The process or the worker died: run it again at once, or poison it when it did so too often. */
export function afterCrash(record: JobRecord, crash: Crash): ProposedEvent[] {
  const head = { jobId: record.id, attempt: record.attempt }
  if (record.cancel !== undefined) {
    const receipt = receiptOf(record, { means: 'process-died', tookMs: 0 })
    return [
      { type: 'job.lost', ...head, ...crash, requeued: false },
      { type: 'job.cancelled', ...head, receipt },
    ]
  }
  const crashes = record.crashes + 1
  const isPoison = crashes >= record.limits.crashLimit
  const lost = { type: 'job.lost', ...head, ...crash, requeued: !isPoison } as const
  if (!isPoison) return [lost]
  const { runMs = 0, cpuMs, peakRss } = crash
  const error = poisoned(record, crashes, crash)
  return [lost, { type: 'job.failed', ...head, code: 'JOB_POISONED', error, runMs, cpuMs, peakRss }]
}

/** The running job stopped because somebody asked for it. */
export function afterStop(record: JobRecord, stop: Stop): ProposedEvent[] {
  const receipt = receiptOf(record, stop)
  return [{ type: 'job.cancelled', jobId: record.id, attempt: record.attempt, receipt }]
}

/** The worker gives the attempt back: it stops, or it has no handler for the task. */
export function afterRelease(
  record: JobRecord,
  reason: ReleaseReason,
  random: () => number = Math.random,
): ProposedEvent[] {
  const head = { jobId: record.id, attempt: record.attempt }
  if (reason === 'drain') return [{ type: 'job.released', ...head, reason, delayMs: 0 }]
  if (record.misses + 1 >= UNKNOWN_TASK_LIMIT) {
    const message =
      `No worker on queue "${record.queue}" has a handler for task "${record.task}": ${UNKNOWN_TASK_LIMIT} times one took ` +
      'the job and gave it back. Deploy a worker with this handler, then enqueue the job again.'
    return [
      {
        type: 'job.failed',
        ...head,
        code: 'UNKNOWN_TASK',
        error: { name: 'UnknownTask', message },
        runMs: 0,
      },
    ]
  }
  const delayMs = backoffDelay(UNKNOWN_TASK_BACKOFF, record.misses + 1, random)
  return [{ type: 'job.released', ...head, reason, delayMs }]
}

/** What a request to cancel leads to: nothing if the job is over, the end if it waits, a notice if it runs. */
export function afterCancelRequest(record: JobRecord, reason?: string): ProposedEvent[] {
  const head = { jobId: record.id, attempt: record.attempt }
  if (isFinal(record.state)) return []
  if (record.state === 'running')
    return record.cancel === undefined ? [{ type: 'job.cancelling', ...head, reason }] : []
  return [{ type: 'job.cancelled', ...head, receipt: { means: 'before-start', reason, tookMs: 0 } }]
}

/** What a sweep finds due at `at`: an expiry, or a lease that lapsed at `leaseUntil`. */
export function overdue(record: JobRecord, at: number, leaseUntil: number | undefined): ProposedEvent[] {
  if (record.state === 'running') {
    if (leaseUntil === undefined || leaseUntil > at) return []
    return afterCrash(record, lapsed(record, leaseUntil))
  }
  const isWaiting = record.state === 'queued' || record.state === 'scheduled'
  if (!isWaiting || record.attempt > 0 || record.expiresAt === undefined || record.expiresAt > at) return []
  return [{ type: 'job.expired', jobId: record.id, attempt: 0 }]
}

function lapsed(record: JobRecord, leaseUntil: number): Crash {
  const open = record.attempts.at(-1)
  const message =
    `Worker ${open?.worker ?? '?'} stopped renewing the lease of attempt ${record.attempt} of job ${record.id}: ` +
    'it died, froze, or lost the backend.'
  return {
    reason: 'lease',
    code: 'LEASE_LAPSED',
    error: { name: 'LeaseLapsed', message },
    lastSeen: leaseUntil,
  }
}

function poisoned(record: JobRecord, crashes: number, last: Crash): ErrorDocument {
  const message =
    `Job ${record.id} took its process or worker with it ${crashes} times, and is not tried again. ` +
    `Last: ${last.error.message} Look at the evidence of each attempt, mend the handler or its limits, then enqueue it anew.`
  return { name: 'JobPoisoned', message, code: 'JOB_POISONED', cause: last.error }
}

function receiptOf(record: JobRecord, stop: Stop): CancelReceipt {
  const open = record.attempts.at(-1)
  return { ...stop, reason: record.cancel?.reason, worker: open?.worker, slot: open?.slot, pid: open?.pid }
}
