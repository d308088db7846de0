/** Events as a worker or a client would propose them. Each speaks for the attempt that the record has open. */
import type { JobRecord, JsonValue, ProposedEvent } from '@hotline/core'

/** Whom an event speaks of: any record will do. */
type Subject = Pick<JobRecord, 'id' | 'attempt' | 'state'>

const ERROR = { name: 'RangeError', message: 'steps must be positive' } as const

function head({ id, attempt }: Subject): { jobId: string; attempt: number } {
  return { jobId: id, attempt }
}

export function started(record: Subject, worker: string): ProposedEvent<'job.started'> {
  return {
    type: 'job.started',
    jobId: record.id,
    attempt: record.attempt + 1,
    worker,
    slot: 0,
    pid: process.pid,
  }
}

export function progress(record: Subject, done: JsonValue): ProposedEvent<'job.progress'> {
  return { type: 'job.progress', ...head(record), progress: done, dropped: 0 }
}

export function logged(record: Subject, line: string): ProposedEvent<'job.logged'> {
  return { type: 'job.logged', ...head(record), lines: [line], dropped: 0 }
}

export function succeeded(record: Subject, result: JsonValue = null): ProposedEvent<'job.succeeded'> {
  return { type: 'job.succeeded', ...head(record), result, runMs: 1 }
}

export function retrying(record: Subject, retryInMs: number): ProposedEvent<'job.retrying'> {
  return { type: 'job.retrying', ...head(record), code: 'HANDLER_ERROR', error: ERROR, retryInMs, runMs: 1 }
}

export function failed(record: Subject): ProposedEvent<'job.failed'> {
  return { type: 'job.failed', ...head(record), code: 'HANDLER_ERROR', error: ERROR, runMs: 1 }
}

export function released(record: Subject, delayMs = 0): ProposedEvent<'job.released'> {
  return { type: 'job.released', ...head(record), reason: 'drain', delayMs }
}

export function lost(record: Subject, requeued: boolean): ProposedEvent<'job.lost'> {
  const error = { name: 'ProcessExit', message: 'The process of the attempt exited with code 1.' }
  return {
    type: 'job.lost',
    ...head(record),
    reason: 'exit',
    code: 'PROCESS_EXIT',
    error,
    requeued,
    exitCode: 1,
  }
}

export function cancelling(record: Subject): ProposedEvent<'job.cancelling'> {
  return { type: 'job.cancelling', ...head(record), reason: 'user left' }
}

export function cancelled(record: Subject): ProposedEvent<'job.cancelled'> {
  const means = record.state === 'running' ? 'handler' : 'before-start'
  return { type: 'job.cancelled', ...head(record), receipt: { means, reason: 'user left', tookMs: 1 } }
}

export function expired(record: Subject): ProposedEvent<'job.expired'> {
  return { type: 'job.expired', ...head(record) }
}
