import type { JobId } from './job-id.ts'
import { jobIdTime } from './job-id.ts'
import type { JobRecord, StoredState } from './record.ts'

/** A job as a backend shows it at one moment. Times by the backend's clock, in ms since 1970. */
export interface Sighting {
  readonly record: JobRecord
  readonly observedAt: number
  /** While running: until when its holder is known to hold it. In the past = the lease lapsed. */
  readonly leaseUntil?: number | undefined
}

/** What a handle may say of a job: what is stored, what follows from the lease, or what its absence means. */
export type JobState = StoredState | 'lost' | 'unknown' | 'forgotten'

/** The state as it is true at the moment of the sighting, which the stored one may lag behind. */
export function stateOf({ record, observedAt, leaseUntil }: Sighting): JobState {
  if (record.state === 'running')
    return leaseUntil !== undefined && leaseUntil < observedAt ? 'lost' : 'running'
  if (record.state === 'scheduled' && record.runAt <= observedAt) return 'queued'
  return record.state
}

/**
 * What the absence of a job means. Its id tells when it was made: older than the retention, it may have existed and is
 * `forgotten`; younger, it would still be there, so it is `unknown`: it never existed, or the backend lost it.
 */
export function absence(id: JobId, now: number, retentionMs: number): 'unknown' | 'forgotten' {
  return now - jobIdTime(id) > retentionMs ? 'forgotten' : 'unknown'
}
