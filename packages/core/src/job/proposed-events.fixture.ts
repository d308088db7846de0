/** Events to propose in tests: with sensible bodies, and arbitrary ones of any type and attempt for fast-check. */
import fc from 'fast-check'
import type { JobEventType, ProposedEvent } from './event.ts'

export const JOB_ID = '019a0000-0000-7000-8000-000000000001'

const error = { name: 'Error', message: 'no' }

export function queued(facts: Partial<ProposedEvent<'job.queued'>> = {}): ProposedEvent<'job.queued'> {
  return {
    type: 'job.queued',
    jobId: JOB_ID,
    attempt: 0,
    task: 'count',
    queue: 'numbers',
    delayMs: 0,
    priority: 'normal',
    tags: [],
    bytes: 2,
    digest: 'd',
    limits: {
      attempts: 3,
      crashLimit: 3,
      backoff: { initialMs: 1000, factor: 2, maxMs: 10_000, jitter: 0 },
      retentionMs: 60_000,
    },
    ...facts,
  }
}

/** One event of each type, by the holder of `attempt`. */
export function propose(type: JobEventType, attempt: number): ProposedEvent {
  const head = { jobId: JOB_ID, attempt }
  switch (type) {
    case 'job.queued':
      return queued()
    case 'job.started':
      return { type, ...head, worker: 'w1', slot: 0, pid: 10 + attempt }
    case 'job.progress':
      return { type, ...head, progress: 0.5, dropped: 0 }
    case 'job.logged':
      return { type, ...head, lines: ['hello'], dropped: 0 }
    case 'job.succeeded':
      return { type, ...head, result: 42, runMs: 5 }
    case 'job.retrying':
      return { type, ...head, code: 'HANDLER_ERROR', error, retryInMs: 100, runMs: 5 }
    case 'job.failed':
      return { type, ...head, code: 'HANDLER_ERROR', error, runMs: 5 }
    case 'job.cancelling':
      return { type, ...head, reason: 'changed my mind' }
    case 'job.cancelled':
      return { type, ...head, receipt: { means: 'SIGTERM', tookMs: 3 } }
    case 'job.lost':
      return { type, ...head, reason: 'signal', code: 'PROCESS_SIGNAL', error, requeued: true }
    case 'job.released':
      return { type, ...head, reason: 'drain', delayMs: 0 }
    case 'job.expired':
      return { type, ...head }
    case 'attempt.fenced':
      return { type, ...head, refused: 'job.succeeded', why: 'fenced' }
  }
}

export const TYPES: readonly JobEventType[] = [
  'job.queued',
  'job.started',
  'job.progress',
  'job.logged',
  'job.succeeded',
  'job.retrying',
  'job.failed',
  'job.cancelling',
  'job.cancelled',
  'job.lost',
  'job.released',
  'job.expired',
  'attempt.fenced',
]

/** Sequences in which most events fit the moment, and some do not. */
export const histories: fc.Arbitrary<{ type: JobEventType; attempt: number }[]> = fc.array(
  fc.record({
    type: fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom<JobEventType>('job.started', 'job.lost', 'job.retrying', 'job.released'),
      },
      { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
    ),
    attempt: fc.integer({ min: 0, max: 5 }),
  }),
  { maxLength: 40 },
)
