/** What the server sends to the page over SSE, one JSON value per message. */
import type { HotlineEvent, JobRecord, WorkerPresence } from '@hotline/core'

/** Begins a stream. With `isFresh` the page forgets what it knew: all jobs follow. */
export interface Hello {
  readonly type: 'hello'
  readonly isFresh: boolean
  /** By the server's clock, in ms since 1970. */
  readonly now: number
  /** Whether there is a way to run a job that has ended once more. */
  readonly canRetry: boolean
}

/** Some of the jobs that the backend knows, without what a list does not show. A job may come twice. */
export interface JobsFrame {
  readonly type: 'jobs'
  readonly jobs: readonly JobRecord[]
}

/** All jobs were sent; what follows is as it comes. */
export interface CaughtUp {
  readonly type: 'caught-up'
}

/** Heartbeats of the workers, and the queues that are paused: what no event tells. */
export interface WorkersFrame {
  readonly type: 'workers'
  readonly now: number
  readonly workers: readonly WorkerPresence[]
  readonly paused: readonly string[]
}

/** The backend is out of reach. The next other frame says that it is back. */
export interface Outage {
  readonly type: 'outage'
  readonly problem: string
}

export type Frame = Hello | JobsFrame | CaughtUp | WorkersFrame | Outage | HotlineEvent

/** One job, whole, as its page shows it. */
export interface JobView {
  readonly state: string
  readonly record: JobRecord
  /** By the server's clock. */
  readonly now: number
  /** Until when the state holds without an event. */
  readonly trustedUntil: number | 'forever'
  readonly observedAt: number
}
