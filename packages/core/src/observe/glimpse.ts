import type { JobEvent } from '../job/event.ts'
import type { AttemptRecord, JobRecord } from '../job/record.ts'
import { transitions } from '../job/transitions.ts'

/** What is allowed is not known, so nothing is refused for it. */
const LIMITS = {
  attempts: 0,
  crashLimit: 0,
  backoff: { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
  retentionMs: 0,
}

/**
 * A job as it must have been before an event that follows on others which were not seen: enough for `reduce` to fold that
 * event and the next ones. `undefined` where the event does not tell the state.
 */
export function glimpseOf(event: Exclude<JobEvent, { type: 'job.queued' }>): JobRecord | undefined {
  if (event.type === 'attempt.fenced') return undefined
  const { jobId: id, task, queue, seq, attempt, at } = event
  const wasRunning = attempt > 0 && transitions[event.type].from.includes('running') && !isUnstarted(event)
  const attempts = wasRunning ? [openAttemptOf(event)] : []
  return {
    ...{ v: 1, id, task, queue, priority: 'normal', limits: LIMITS, tags: [], digest: '', bytes: 0 },
    state: wasRunning ? 'running' : event.type === 'job.expired' ? 'scheduled' : 'queued',
    seq: seq - 1,
    attempt: event.type === 'job.started' ? attempt - 1 : attempt,
    ...{ failures: 0, crashes: 0, misses: 0, attempts },
    ...{ queuedAt: at, runAt: at, updatedAt: at },
    expiresAt: event.type === 'job.expired' ? event.expiresAt : undefined,
    cancel: event.type === 'job.cancelled' && wasRunning ? { at } : undefined,
  }
}

function isUnstarted(event: JobEvent): boolean {
  return event.type === 'job.cancelled' && event.receipt.means === 'before-start'
}

function openAttemptOf(event: JobEvent): AttemptRecord {
  const { attempt, at } = event
  const { worker = '', slot = 0, pid = 0 } = event.type === 'job.cancelled' ? event.receipt : {}
  const runMs = 'runMs' in event ? (event.runMs ?? 0) : 0
  return { attempt, worker, slot, pid, startedAt: at - runMs, waitMs: 0 }
}
