import type { JobErrorCode } from '../error.ts'
import type { ErrorDocument } from './error-document.ts'
import type { CancelReceipt, JobLimits, Priority } from './event.ts'
import type { JobId } from './job-id.ts'
import type { JsonValue } from './json.ts'

export const FINAL_STATES = ['succeeded', 'failed', 'cancelled', 'expired'] as const

/** A state that a job never leaves. */
export type FinalState = (typeof FINAL_STATES)[number]

/** A state that the log keeps. */
export type StoredState = 'scheduled' | 'queued' | 'running' | 'retrying' | FinalState

/** Who runs an attempt. `pid` is that of the process in which the handler runs. */
export interface Holder {
  readonly worker: string
  readonly slot: number
  readonly pid: number
}

/** How an attempt ended, and with what. `ended` is missing while it runs. */
export interface AttemptRecord extends Holder {
  readonly attempt: number
  readonly startedAt: number
  readonly waitMs: number
  readonly endedAt?: number | undefined
  readonly ended?: 'succeeded' | 'failed' | 'lost' | 'released' | 'cancelled' | undefined
  readonly code?: JobErrorCode | undefined
  readonly error?: ErrorDocument | undefined
  readonly runMs?: number | undefined
  readonly cpuMs?: number | undefined
  readonly peakRss?: number | undefined
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  /** A late outcome of it was refused. */
  readonly fenced?: boolean | undefined
}

/** What the log says of one job: the fold of its events by `reduce`, and nothing else. All times in ms since 1970. */
export interface JobRecord {
  readonly v: 1
  readonly id: JobId
  readonly task: string
  readonly queue: string
  readonly priority: Priority
  readonly limits: JobLimits
  readonly tags: readonly string[]
  readonly key?: string | undefined
  /** SHA-256 of the encoded input, to tell whether a key was used with the same input. */
  readonly digest: string
  readonly bytes: number
  readonly enqueueSite?: string | undefined
  readonly traceparent?: string | undefined
  readonly state: StoredState
  /** Number of events so far. */
  readonly seq: number
  /** Number of attempts started; that of the open one while running. */
  readonly attempt: number
  /** Attempts that ended with an error of the handler, against `limits.attempts`. */
  readonly failures: number
  /** Attempts that ended with a dead process or worker, against `limits.crashLimit`. */
  readonly crashes: number
  /** Times a worker gave it back because it has no handler for the task. */
  readonly misses: number
  readonly queuedAt: number
  /** Not to start before: the delay, or the end of a backoff. */
  readonly runAt: number
  readonly expiresAt?: number | undefined
  readonly updatedAt: number
  readonly finishedAt?: number | undefined
  readonly cancel?: { readonly at: number; readonly reason?: string | undefined } | undefined
  readonly progress?: JsonValue | undefined
  readonly result?: JsonValue | undefined
  readonly code?: JobErrorCode | undefined
  readonly error?: ErrorDocument | undefined
  readonly receipt?: CancelReceipt | undefined
  readonly attempts: readonly AttemptRecord[]
}

/** True for a state that a job never leaves. */
export function isFinal(state: string): state is FinalState {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'expired'
}

/** The attempt that is running, if one is. */
export function openAttempt(record: JobRecord): AttemptRecord | undefined {
  return record.state === 'running' ? record.attempts.at(-1) : undefined
}
