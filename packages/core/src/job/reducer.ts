/** Folds events into records, by the table of transitions.ts and by nothing else. */
import type { JobEvent, JobEventType, ProposedEvent, Refusal } from './event.ts'
import type { JobRecord } from './record.ts'
import { isFinal } from './record.ts'
import type { EventBody, Transition } from './transitions.ts'
import { transitions } from './transitions.ts'

/** What became of one proposed event, or of several that stand or fall together. */
export type Verdict =
  | { readonly accepted: true; readonly record: JobRecord; readonly events: readonly JobEvent[] }
  | {
      readonly accepted: false
      readonly why: Refusal
      readonly record: JobRecord | undefined
      /** To be written all the same: the `attempt.fenced` of a holder that came too late, or nothing. */
      readonly events: readonly JobEvent[]
    }

/** Folds one event, proposed at `at` by the backend's clock, into the record. Pure. */
export function reduce(record: JobRecord | undefined, event: ProposedEvent, at: number): Verdict {
  if (event.type === 'job.queued')
    return record === undefined ? found(event, at) : refusal(record, 'already-exists')
  if (record === undefined) return refusal(undefined, 'no-such-job')
  return step(record, event, at)
}

/**
 * Folds several events of one job that stand or fall together, as a settlement needs. When a holder's outcome is
 * refused because its attempt is over, the verdict carries the `attempt.fenced` that is to be written instead.
 */
export function reduceAll(
  record: JobRecord | undefined,
  proposed: readonly ProposedEvent[],
  at: number,
): Verdict {
  const events: JobEvent[] = []
  let current = record
  for (const event of proposed) {
    const verdict = reduce(current, event, at)
    if (!verdict.accepted) return fence(record, event, verdict.why, at)
    current = verdict.record
    events.push(...verdict.events)
  }
  return current === undefined
    ? refusal(undefined, 'no-such-job')
    : { accepted: true, record: current, events }
}

function step<T extends Exclude<JobEventType, 'job.queued'>>(
  record: JobRecord,
  event: ProposedEvent<T>,
  now: number,
): Verdict {
  // A backend's clock may be set back; a job's events never go back in time.
  const at = Math.max(now, record.updatedAt)
  const row: Transition<T> = transitions[event.type]
  if (!row.from.includes(record.state))
    return refusal(record, isFinal(record.state) ? 'final' : 'wrong-state')
  if (row.held(record) && event.attempt !== record.attempt) return refusal(record, 'fenced')
  const why = row.refuse?.(record, event, at)
  if (why !== undefined) return refusal(record, why)
  const { body, next } = row.apply(record, event, at)
  const updated: JobRecord = { ...record, ...next, seq: record.seq + 1, updatedAt: at }
  return { accepted: true, record: updated, events: [stamp(updated, event.attempt, body, at)] }
}

/** The event as the log keeps it. */
function stamp(
  { id: jobId, seq, task, queue }: JobRecord,
  attempt: number,
  body: EventBody,
  at: number,
): JobEvent {
  return { v: 1, seq, at, jobId, task, queue, attempt, ...body }
}

function found(event: ProposedEvent<'job.queued'>, at: number): Verdict {
  const { type: _type, jobId, attempt: _attempt, task, queue, delayMs, expiresInMs, ...facts } = event
  const runAt = at + delayMs
  const expiresAt = expiresInMs === undefined ? undefined : at + expiresInMs
  const record: JobRecord = {
    v: 1,
    id: jobId,
    task,
    queue,
    ...facts,
    state: delayMs > 0 ? 'scheduled' : 'queued',
    seq: 1,
    attempt: 0,
    failures: 0,
    crashes: 0,
    misses: 0,
    queuedAt: at,
    runAt,
    expiresAt,
    updatedAt: at,
    attempts: [],
  }
  return {
    accepted: true,
    record,
    events: [stamp(record, 0, { type: 'job.queued', ...facts, runAt, expiresAt }, at)],
  }
}

function refusal(record: JobRecord | undefined, why: Refusal): Verdict {
  return { accepted: false, why, record, events: [] }
}

/** What only the holder of an attempt says; the other events of a batch may come from a sweep or a client. */
const RESULTS: ReadonlySet<JobEventType> = new Set(['job.succeeded', 'job.retrying', 'job.failed'])

/**
 * A refused result of an attempt that did run, and is no longer the open one, is worth an event of its own; unless it
 * is the very result that was accepted before, from a holder that did not hear the answer. That is accepted again.
 */
function fence(record: JobRecord | undefined, event: ProposedEvent, refused: Refusal, at: number): Verdict {
  if (record === undefined || !RESULTS.has(event.type)) return refusal(record, refused)
  if (record.state === 'running' && record.attempt === event.attempt) return refusal(record, refused)
  if (isRepeat(record, event)) return { accepted: true, record, events: [] }
  const why = refused === 'final' ? 'final' : 'fenced'
  const { jobId, attempt } = event
  const verdict = reduce(record, { type: 'attempt.fenced', jobId, attempt, refused: event.type, why }, at)
  return verdict.accepted
    ? { accepted: false, why, record: verdict.record, events: verdict.events }
    : refusal(record, why)
}

/** Whether the record has taken this result of this attempt already. */
function isRepeat({ state, attempt, attempts, result }: JobRecord, event: ProposedEvent): boolean {
  const closed = attempts.find((one) => one.attempt === event.attempt)
  if (closed === undefined || !('runMs' in event) || closed.runMs !== event.runMs) return false
  if (event.type === 'job.succeeded') return closed.ended === 'succeeded' && isSame(result, event.result)
  const isLastWord = state === 'failed' && attempt === event.attempt
  return (
    event.type === (isLastWord ? 'job.failed' : 'job.retrying') &&
    closed.ended === 'failed' &&
    closed.code === event.code &&
    isSame(closed.error, event.error)
  )
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
