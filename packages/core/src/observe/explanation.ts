import type { JobErrorCode } from '../error.ts'
import type { CancelReceipt } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { JsonValue } from '../job/json.ts'
import type { FinalState, Holder } from '../job/record.ts'

/** A slot that is taken, with the job in it. `since` in ms since 1970. */
export interface BusySlot {
  readonly worker: string
  readonly slot: number
  readonly job: JobId
  readonly task: string
  readonly since: number
  /** How long a run of this task takes, in ms: the median of recent ones. Missing where none has succeeded lately. */
  readonly typicalMs?: number | undefined
}

/** What a live worker lacks to take a job: it does not serve the queue, has no handler for the task, or is stopping. */
export interface UnfitWorker {
  readonly worker: string
  readonly lacks: 'queue' | 'task' | 'time'
}

/** The due jobs that go first. `isWhole` is false where there were too many to count: then it is at least so many. */
export interface Line {
  readonly ahead: number
  readonly isWhole: boolean
}

/** One thing that keeps a waiting job from starting. */
export type Obstacle =
  /** Not due yet: enqueued with a delay, or given back `misses` times by workers that lack its task. */
  | { readonly why: 'delayed'; readonly until: number; readonly misses: number }
  /** An attempt failed, and the next one is not due yet. */
  | {
      readonly why: 'retrying'
      readonly until: number
      readonly failures: number
      readonly attempts: number
      readonly code?: JobErrorCode | undefined
      readonly message?: string | undefined
    }
  /** Its queue is paused. */
  | { readonly why: 'paused' }
  /** No live worker serves its queue and has its task. */
  | { readonly why: 'no-worker'; readonly unfit: readonly UnfitWorker[] }
  /** It may need more memory than any worker that would take it has, in bytes. One takes it all the same. */
  | { readonly why: 'too-big'; readonly memory: number; readonly largest: number }
  /** All slots that could take it are busy. `startsAt` is an estimate, missing where a task has no recent run. */
  | {
      readonly why: 'busy'
      readonly limit: number
      readonly slots: readonly BusySlot[]
      readonly startsAt?: number | undefined
    }

/** A job that waits: the first obstacle, those behind it, and its place in the line. */
type Waiting = (Obstacle | { readonly why: 'next'; readonly free: number }) & {
  readonly also: readonly Obstacle[]
  readonly line: Line
}

type Running = Holder & {
  readonly attempt: number
  readonly since: number
  /** Until when its worker is known to hold it. */
  readonly leaseUntil?: number | undefined
}

/**
 * Why a job is not running, or what it does instead. `why` tells the cases apart; all times in ms since 1970.
 *
 *   delayed retrying paused no-worker too-big busy   it waits, and this is the first thing in its way
 *   next                                             it waits, and nothing is in its way: `free` slots could take it
 *   running lost                                     a worker has it; or had it, and its lease has lapsed
 *   finished unknown forgotten                       it is over; or the backend has no such job (any more)
 */
export type Explanation = {
  readonly id: JobId
  readonly observedAt: number
  readonly task?: string | undefined
  readonly queue?: string | undefined
} & (
  | Waiting
  | (Running & {
      readonly why: 'running'
      readonly progress?: JsonValue | undefined
      readonly typicalMs?: number | undefined
      /** Somebody asked it to stop, then. */
      readonly stopAskedAt?: number | undefined
    })
  | (Running & { readonly why: 'lost'; readonly requeuedBy: number })
  | {
      readonly why: 'finished'
      readonly state: FinalState
      readonly at: number
      readonly attempts: number
      readonly runMs?: number | undefined
      readonly code?: JobErrorCode | undefined
      readonly message?: string | undefined
      readonly receipt?: CancelReceipt | undefined
    }
  | { readonly why: 'unknown' }
  | { readonly why: 'forgotten'; readonly retentionMs: number }
)
