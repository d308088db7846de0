/**
 * What a job's events say of it, told a second time and independently of core's reducer: only from what a reader got.
 * A record that differs was not folded from these events.
 */
import type { JobRecord } from '@hotline/core'
import type { LoggedJobEvent } from './reader.ts'

/** The part of a record that its events alone decide. */
export interface Fold {
  readonly state: string
  readonly seq: number
  readonly attempt: number
  readonly failures: number
  readonly crashes: number
  readonly updatedAt: number
  readonly progress: unknown
  readonly result: unknown
  readonly attempts: readonly FoldedAttempt[]
}

interface FoldedAttempt {
  readonly attempt: number
  readonly worker: string
  readonly startedAt: number
  readonly ended: string | undefined
  readonly endedAt: number | undefined
}

export function foldOf(events: readonly LoggedJobEvent[]): Fold {
  let fold: Fold = {
    state: 'none',
    seq: 0,
    attempt: 0,
    failures: 0,
    crashes: 0,
    updatedAt: 0,
    progress: undefined,
    result: undefined,
    attempts: [],
  }
  for (const event of events) fold = { ...fold, ...told(fold, event), seq: event.seq, updatedAt: event.at }
  return fold
}

/** The same part of a record. */
export function partOf(record: JobRecord): Fold {
  const { state, seq, attempt, failures, crashes, updatedAt, progress, result } = record
  const attempts = record.attempts.map((known) => {
    const { attempt, worker, startedAt, ended, endedAt } = known
    return { attempt, worker, startedAt, ended, endedAt }
  })
  return { state, seq, attempt, failures, crashes, updatedAt, progress, result, attempts }
}

function told(fold: Fold, event: LoggedJobEvent): Partial<Fold> {
  switch (event.type) {
    case 'job.queued':
      return { state: event.runAt > event.at ? 'scheduled' : 'queued' }
    case 'job.started':
      return { state: 'running', attempt: event.attempt, progress: undefined, attempts: opened(fold, event) }
    case 'job.progress':
      return { progress: event.progress }
    case 'job.succeeded':
      return { state: 'succeeded', result: event.result, attempts: closed(fold, event, 'succeeded') }
    case 'job.retrying':
      return { state: 'retrying', failures: fold.failures + 1, attempts: closed(fold, event, 'failed') }
    case 'job.failed':
      return failed(fold, event)
    case 'job.cancelled':
      return { state: 'cancelled', attempts: closed(fold, event, 'cancelled') }
    case 'job.lost':
      return { state: 'queued', crashes: fold.crashes + 1, attempts: closed(fold, event, 'lost') }
    case 'job.released':
      return {
        state: event.runAt > event.at ? 'scheduled' : 'queued',
        attempts: closed(fold, event, 'released'),
      }
    case 'job.expired':
      return { state: 'expired' }
    case 'job.logged':
    case 'job.cancelling':
    case 'attempt.fenced':
      return {}
  }
}

/** A poisoned job fails while it waits; no handler failed then. */
function failed(fold: Fold, event: LoggedJobEvent): Partial<Fold> {
  if (fold.state !== 'running') return { state: 'failed' }
  return { state: 'failed', failures: fold.failures + 1, attempts: closed(fold, event, 'failed') }
}

function opened(fold: Fold, event: LoggedJobEvent & { type: 'job.started' }): readonly FoldedAttempt[] {
  const { attempt, worker, at } = event
  return [...fold.attempts, { attempt, worker, startedAt: at, ended: undefined, endedAt: undefined }]
}

function closed(fold: Fold, { at }: LoggedJobEvent, ended: string): readonly FoldedAttempt[] {
  if (fold.state !== 'running') return fold.attempts
  const last = fold.attempts.length - 1
  return fold.attempts.map((known, index) => (index === last ? { ...known, ended, endedAt: at } : known))
}
