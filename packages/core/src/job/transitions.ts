/**
 * The only state machine of hotline. Every backend folds a job's events with it; docs/states.md shows the table,
 * and a test holds the two against each other.
 *
 *   event            from                                    to                     whose word
 *   job.queued       (no job)                                queued | scheduled     a producer's
 *   job.started      queued scheduled retrying               running                a worker's: opens attempt n + 1
 *   job.progress     running                                 running                the holder's
 *   job.logged       running                                 running                the holder's
 *   job.succeeded    running                                 succeeded              the holder's
 *   job.retrying     running                                 retrying               the holder's
 *   job.failed       running                                 failed                 the holder's
 *                    queued, after too many crashes          failed                 anyone's
 *   job.cancelling   running                                 running                anyone's, once
 *   job.cancelled    running, after job.cancelling           cancelled              the holder's
 *                    queued scheduled retrying               cancelled              anyone's
 *   job.lost         running                                 queued                 the holder's, or a sweep's
 *   job.released     running                                 queued | scheduled     the holder's
 *   job.expired      queued scheduled, before any attempt    expired                anyone's, when time is up
 *   attempt.fenced   any                                     the same               the log's, once per attempt
 *
 * The holder's word counts only for the open attempt: its number is the fencing token. A final state is final. A job
 * that somebody asked to stop may end, but not go on: `job.retrying`, and `job.lost` or `job.released` that would run
 * it again, are refused with `cancelling`; the author then proposes the same end with `job.cancelled` behind it.
 */
import type { JobEventBodies, JobEventType, ProposedEvent, Refusal } from './event.ts'
import type { AttemptRecord, JobRecord, StoredState } from './record.ts'

/** One row of the table. */
export interface Transition<T extends JobEventType> {
  readonly from: readonly StoredState[]
  readonly to: readonly StoredState[] | 'same'
  /** True where the event is the holder's word, which counts only for the open attempt. */
  readonly held: (record: JobRecord) => boolean
  readonly refuse?: (record: JobRecord, event: ProposedEvent<T>, at: number) => Refusal | undefined
  readonly apply: (record: JobRecord, event: ProposedEvent<T>, at: number) => Change
}

interface Change {
  readonly body: EventBody
  readonly next: Partial<JobRecord>
}

/** What the log keeps of an event beyond its header. */
export type EventBody = { [T in JobEventType]: { readonly type: T } & JobEventBodies[T] }[JobEventType]

const WAITING = ['queued', 'scheduled', 'retrying'] as const
const ANY = [...WAITING, 'running', 'succeeded', 'failed', 'cancelled', 'expired'] as const

const whileRunning = (record: JobRecord): boolean => record.state === 'running'
const never = (): boolean => false

/** The table above, as code. `job.queued` is not in it: it has no record to start from. */
export const transitions: { readonly [T in Exclude<JobEventType, 'job.queued'>]: Transition<T> } = {
  'job.started': {
    from: WAITING,
    to: ['running'],
    held: never,
    refuse: (record, event) => {
      if (record.cancel !== undefined) return 'cancelling'
      return event.attempt === record.attempt + 1 ? undefined : 'fenced'
    },
    apply: (record, { worker, slot, pid, attempt }, at) => {
      const waitMs = Math.max(0, at - Math.max(record.runAt, record.queuedAt))
      const opened: AttemptRecord = { attempt, worker, slot, pid, startedAt: at, waitMs }
      return {
        body: { type: 'job.started', worker, slot, pid, waitMs },
        next: { state: 'running', attempt, attempts: [...record.attempts, opened], progress: undefined },
      }
    },
  },
  'job.progress': {
    from: ['running'],
    to: ['running'],
    held: whileRunning,
    apply: (_record, { progress, dropped }) => ({
      body: { type: 'job.progress', progress, dropped },
      next: { progress },
    }),
  },
  'job.logged': {
    from: ['running'],
    to: ['running'],
    held: whileRunning,
    apply: (_record, { lines, dropped }) => ({ body: { type: 'job.logged', lines, dropped }, next: {} }),
  },
  'job.succeeded': {
    from: ['running'],
    to: ['succeeded'],
    held: whileRunning,
    apply: (record, { result, runMs, cpuMs, peakRss }, at) => ({
      body: { type: 'job.succeeded', result, runMs, cpuMs, peakRss },
      next: {
        ...ended(record, at, { ended: 'succeeded', runMs, cpuMs, peakRss }),
        state: 'succeeded',
        result,
      },
    }),
  },
  'job.retrying': {
    from: ['running'],
    to: ['retrying'],
    held: whileRunning,
    refuse: (record) => (record.cancel === undefined ? undefined : 'cancelling'),
    apply: (record, { code, error, retryInMs, runMs, cpuMs, peakRss }, at) => ({
      body: { type: 'job.retrying', code, error, retryAt: at + retryInMs, runMs, cpuMs, peakRss },
      next: {
        ...closed(record, at, { ended: 'failed', code, error, runMs, cpuMs, peakRss }),
        state: 'retrying',
        failures: record.failures + 1,
        runAt: at + retryInMs,
        code,
        error,
      },
    }),
  },
  'job.failed': {
    from: ['running', 'queued'],
    to: ['failed'],
    held: whileRunning,
    refuse: (record) =>
      record.state === 'queued' && record.crashes < record.limits.crashLimit ? 'fenced' : undefined,
    apply: (record, { code, error, runMs, cpuMs, peakRss }, at) => {
      const facts = { ended: 'failed', code, error, runMs, cpuMs, peakRss } as const
      const wasRunning = record.state === 'running'
      return {
        body: { type: 'job.failed', code, error, runMs, cpuMs, peakRss },
        next: {
          ...(wasRunning ? ended(record, at, facts) : { finishedAt: at }),
          state: 'failed',
          failures: record.failures + (wasRunning ? 1 : 0),
          code,
          error,
        },
      }
    },
  },
  'job.cancelling': {
    from: ['running'],
    to: ['running'],
    held: never,
    refuse: (record, event) => {
      if (event.attempt !== record.attempt) return 'fenced'
      return record.cancel === undefined ? undefined : 'wrong-state'
    },
    apply: (_record, { reason }, at) => ({
      body: { type: 'job.cancelling', reason },
      next: { cancel: { at, reason } },
    }),
  },
  'job.cancelled': {
    from: [...WAITING, 'running'],
    to: ['cancelled'],
    held: whileRunning,
    refuse: (record, event) => {
      if (record.state === 'running') return record.cancel === undefined ? 'wrong-state' : undefined
      return event.attempt === record.attempt ? undefined : 'fenced'
    },
    apply: (record, { receipt }, at) => ({
      body: { type: 'job.cancelled', receipt },
      next: {
        ...(record.state === 'running' ? ended(record, at, { ended: 'cancelled' }) : { finishedAt: at }),
        state: 'cancelled',
        code: 'JOB_CANCELLED',
        receipt,
      },
    }),
  },
  'job.lost': {
    from: ['running'],
    to: ['queued'],
    held: whileRunning,
    refuse: (record, event) => (record.cancel !== undefined && event.requeued ? 'cancelling' : undefined),
    apply: (record, { jobId: _jobId, attempt: _attempt, ...body }, at) => {
      const { code, error, peakRss, runMs, cpuMs, exitCode, signal } = body
      return {
        body,
        next: {
          ...closed(record, at, { ended: 'lost', code, error, peakRss, runMs, cpuMs, exitCode, signal }),
          state: 'queued',
          crashes: record.crashes + 1,
          runAt: at,
          code,
          error,
        },
      }
    },
  },
  'job.released': {
    from: ['running'],
    to: ['queued', 'scheduled'],
    held: whileRunning,
    refuse: (record) => (record.cancel === undefined ? undefined : 'cancelling'),
    apply: (record, { reason, delayMs }, at) => ({
      body: { type: 'job.released', reason, runAt: at + delayMs },
      next: {
        ...closed(record, at, { ended: 'released' }),
        state: delayMs > 0 ? 'scheduled' : 'queued',
        runAt: at + delayMs,
        misses: record.misses + (reason === 'unknown-task' ? 1 : 0),
      },
    }),
  },
  'job.expired': {
    from: ['queued', 'scheduled'],
    to: ['expired'],
    held: never,
    refuse: (record, _event, at) => {
      const due = record.attempt === 0 && record.expiresAt !== undefined && record.expiresAt <= at
      return due ? undefined : 'wrong-state'
    },
    apply: (record, _event, at) => ({
      body: { type: 'job.expired', expiresAt: record.expiresAt ?? at },
      next: { state: 'expired', finishedAt: at, code: 'JOB_EXPIRED' },
    }),
  },
  'attempt.fenced': {
    from: ANY,
    to: 'same',
    held: never,
    refuse: (record, event) =>
      record.attempts.some((known) => known.attempt === event.attempt && known.fenced !== true)
        ? undefined
        : 'wrong-state',
    apply: (record, { refused, why, attempt }) => ({
      body: { type: 'attempt.fenced', refused, why },
      next: {
        attempts: record.attempts.map((known) =>
          known.attempt === attempt ? { ...known, fenced: true } : known,
        ),
      },
    }),
  },
}

type AttemptEnd = Omit<
  AttemptRecord,
  'attempt' | 'worker' | 'slot' | 'pid' | 'startedAt' | 'waitMs' | 'endedAt'
>

/** Closes the open attempt. */
function closed(record: JobRecord, at: number, facts: AttemptEnd): Pick<JobRecord, 'attempts'> {
  const last = record.attempts.length - 1
  return {
    attempts: record.attempts.map((known, index) =>
      index === last ? { ...known, ...facts, endedAt: at } : known,
    ),
  }
}

/** Closes the open attempt, and with it the job. */
function ended(record: JobRecord, at: number, facts: AttemptEnd): Pick<JobRecord, 'attempts' | 'finishedAt'> {
  return { ...closed(record, at, facts), finishedAt: at }
}
