import type { ProposedEvent } from '@hotline/core'
import { overdue } from '@hotline/core'
import type { Offer } from '../entry.ts'
import type { Fold } from '../fold.ts'
import type { Offer as ModelOffer } from './model-fold.ts'

export const JOB_ID = '019a0000-0000-7000-8000-000000000001'
/** The broker's time of all entries. */
export const AT = 1_764_000_000_000
const WEEK_MS = 604_800_000

/**
 * What the adapter writes for an offer of the model.
 * @param now the fold of those before it
 * @param asOf the fold that its author had, for a `keep`
 */
export function realOffer(offer: ModelOffer, now: Fold, asOf: Fold | undefined): Offer {
  const record = now.find(JOB_ID, AT)?.record
  const head = { jobId: JOB_ID, attempt: 'attempt' in offer ? offer.attempt : (record?.attempt ?? 0) }
  switch (offer.kind) {
    case 'queue':
      return { kind: 'events', events: [queued()], input: '{}' }
    case 'start':
      return events({ ...head, type: 'job.started', worker: 'w', slot: 0, pid: 1 })
    case 'extend':
      return { kind: 'pulse', leases: [[JOB_ID, offer.attempt]] }
    case 'progress':
      return events({ ...head, type: 'job.progress', progress: 1, dropped: 0 })
    case 'retry':
      return events({ ...head, ...failure, type: 'job.retrying', retryInMs: 0, runMs: 1 })
    case 'end':
      return record?.cancel === undefined
        ? events({ ...head, type: 'job.succeeded', result: 1, runMs: 1 })
        : events({ ...head, type: 'job.cancelled', receipt: { means: 'SIGTERM', tookMs: 1 } })
    case 'cancel':
      return record?.state === 'running'
        ? events({ ...head, type: 'job.cancelling' })
        : events({ ...head, type: 'job.cancelled', receipt: { means: 'SIGTERM', tookMs: 1 } })
    case 'lapse':
      return lapse(offer, now)
    case 'keep':
      return {
        kind: 'keep',
        record: JSON.stringify(asOf?.jobs.get(JOB_ID)?.record),
        input: '{}',
        asOf: offer.asOf,
      }
  }
}

const failure = { code: 'HANDLER_ERROR', error: { name: 'Error', message: 'no' } } as const

function events(...all: readonly ProposedEvent[]): Offer {
  return { kind: 'events', events: all }
}

/** As a sweep has it, or what is refused as a sweep of an attempt that is over is. */
function lapse({ attempt, mark }: ModelOffer & { kind: 'lapse' }, now: Fold): Offer {
  const record = now.find(JOB_ID, AT)?.record
  const isOpen = record?.state === 'running' && record.attempt === attempt
  const head = { jobId: JOB_ID, attempt }
  const stale: ProposedEvent = { ...head, ...failure, type: 'job.lost', reason: 'lease', requeued: true }
  return { kind: 'events', events: isOpen ? overdue(record, AT, AT - 1) : [stale], mark }
}

function queued(): ProposedEvent<'job.queued'> {
  const backoff = { initialMs: 1, factor: 2, maxMs: 10, jitter: 0 }
  return {
    ...{ type: 'job.queued', jobId: JOB_ID, attempt: 0, task: 'count', queue: 'numbers', delayMs: 0 },
    ...{ priority: 'normal', tags: [], bytes: 2, digest: 'd' },
    limits: { attempts: 9, crashLimit: 9, backoff, retentionMs: WEEK_MS },
  }
}
