import type { HotlineEvent } from '../events/event.ts'
import type { FinalState } from '../job/record.ts'
import type { Sighting } from '../job/truth.ts'
import type { WorkerPresence } from '../transport/presence.ts'

/** The heartbeats that were current, and the queues that were paused. */
export interface WorkersSeen {
  readonly v: 1
  readonly type: 'workers.seen'
  readonly at: number
  readonly workers: readonly WorkerPresence[]
  readonly paused: readonly string[]
}

/**
 * Jobs as the backend showed them. `isWhole` closes a look at all jobs that are not final, in any number of these: a job
 * that is in none of them has ended.
 */
export interface JobsSeen {
  readonly v: 1
  readonly type: 'jobs.seen'
  readonly at: number
  readonly jobs: readonly Sighting[]
  readonly isWhole?: boolean | undefined
  /** There were more than were asked for. */
  readonly isCut?: boolean | undefined
}

/** The backend is out of reach since `at`, and what is known is as of then. */
export interface BackendLost {
  readonly v: 1
  readonly type: 'backend.lost'
  readonly at: number
  readonly why: string
}

export interface BackendFound {
  readonly v: 1
  readonly type: 'backend.found'
  readonly at: number
}

/** What had been counted before the first observation of a recording. */
export interface Tally {
  readonly events: number
  readonly gaps: number
  readonly peakRunning: number
  readonly isBroken: boolean
  /** Jobs that were seen to end. */
  readonly ended: Readonly<Record<FinalState, number>>
  /** Jobs that have ended, and are not kept any more. */
  readonly left: number
}

/** The first line of a recording. */
export interface RecordingStarted {
  readonly v: 1
  readonly type: 'recording.started'
  readonly at: number
  readonly backend: string
  readonly tally?: Tally | undefined
}

/** A look at the backend that is no event of its log. `at` is by the observer's clock, in ms since 1970. */
export type Look = WorkersSeen | JobsSeen | BackendLost | BackendFound | RecordingStarted

/** An event with when it came, by the observer's clock. */
export type SeenEvent = HotlineEvent & { readonly seenAt?: number | undefined }

/** All that an observer sees. */
export type Observation = Look | SeenEvent

export const LOOK_TYPES: readonly Look['type'][] = [
  'recording.started',
  'workers.seen',
  'jobs.seen',
  'backend.lost',
  'backend.found',
]
