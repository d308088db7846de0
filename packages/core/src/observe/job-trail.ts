import type { FinalState } from '../job/record.ts'
import type { OpenAttempt } from './worker-load.ts'

/** What the log has told of one job so far. Times in ms since 1970. */
export interface JobTrail {
  seq: number
  readonly queuedAt: number
  /** When its latest event came. */
  lastAt: number
  dueAt: number
  end: FinalState | undefined
  open: OpenAttempt | undefined
  /** Events of it are missing, so that what follows accuses nobody. */
  isUnsure: boolean
}

/** The trail of a job whose first event came at that time. */
export function newTrail(at: number): JobTrail {
  return { seq: 0, queuedAt: at, lastAt: at, dueAt: at, end: undefined, open: undefined, isUnsure: false }
}

/** The events that end a job, and in which state. */
export const ENDS: { readonly [type: string]: FinalState } = {
  'job.succeeded': 'succeeded',
  'job.failed': 'failed',
  'job.cancelled': 'cancelled',
  'job.expired': 'expired',
}

/** Ends of an attempt that there cannot be without one. */
export const NEEDS_ATTEMPT: ReadonlySet<string> = new Set([
  'job.succeeded',
  'job.retrying',
  'job.lost',
  'job.released',
])
