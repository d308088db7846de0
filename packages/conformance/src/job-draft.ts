import { createHash } from 'node:crypto'
import type { JobLimits, NewJob, Priority, TransportLimits } from '@hotline/core'
import { createJobId } from '@hotline/core'

/** What a clause says of a job that it enqueues; the rest is the same for all. */
export interface JobDraft {
  readonly id?: string
  readonly task?: string
  readonly queue?: string
  readonly priority?: Priority
  readonly delayMs?: number
  readonly expiresInMs?: number
  readonly key?: string
  readonly tags?: readonly string[]
  readonly input?: string
  readonly limits?: Partial<JobLimits>
}

/** A job as core's client would hand it to the transport. */
export function jobOf(draft: JobDraft, limits: TransportLimits): NewJob {
  const {
    id = createJobId(),
    task = 'integrate',
    queue = 'numbers',
    priority = 'normal',
    delayMs = 0,
  } = draft
  const { expiresInMs, key, tags = [], input = '{"from":0,"to":1}' } = draft
  const queued: NewJob['queued'] = {
    type: 'job.queued',
    jobId: id,
    attempt: 0,
    task,
    queue,
    priority,
    delayMs,
    expiresInMs,
    key,
    tags,
    bytes: Buffer.byteLength(input),
    digest: createHash('sha256').update(input).digest('hex'),
    limits: { ...jobLimits(limits), ...draft.limits },
  }
  return { queued, input }
}

function jobLimits({ retentionMs }: TransportLimits): JobLimits {
  const backoff = { initialMs: 100, factor: 2, maxMs: 1_000, jitter: 0 }
  return { attempts: 3, crashLimit: 3, backoff, retentionMs }
}
