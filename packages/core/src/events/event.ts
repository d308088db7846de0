import type { JobEvent, JobEventType } from '../job/event.ts'
import type { Notice, NoticeType } from './notice.ts'

/** A position in a backend's log. Opaque: store it, compare it for equality, hand it back. */
export type Cursor = string

/** The reader's cursor was trimmed: events between it and `cursor` are gone. Read states anew, then go on. */
export interface StreamGap {
  readonly v: 1
  readonly type: 'stream.gap'
  readonly at: number
  /** The cursor that the reader came with. */
  readonly from: Cursor
  /** The last position before the first event that follows. */
  readonly cursor: Cursor
}

/** Any event, as a reader gets it. */
export type HotlineEvent = ((JobEvent | Notice) & { readonly cursor: Cursor }) | StreamGap

export type EventType = JobEventType | NoticeType | 'stream.gap'

/** The event of one type, as a reader gets it. */
export type EventOf<T extends EventType> = T extends JobEventType
  ? JobEvent<T> & { readonly cursor: Cursor }
  : T extends NoticeType
    ? Notice<T> & { readonly cursor: Cursor }
    : StreamGap

/** Every type of event that belongs to a job, in the order of a job's life. */
export const JOB_EVENT_TYPES: readonly JobEventType[] = [
  'job.queued',
  'job.started',
  'job.progress',
  'job.logged',
  'job.succeeded',
  'job.retrying',
  'job.failed',
  'job.cancelling',
  'job.cancelled',
  'job.lost',
  'job.released',
  'job.expired',
  'attempt.fenced',
]

/** Every type of event there is. */
export const EVENT_TYPES: readonly EventType[] = [
  ...JOB_EVENT_TYPES,
  'worker.online',
  'worker.offline',
  'worker.lost',
  'slot.recycled',
  'queue.paused',
  'queue.resumed',
  'stream.gap',
]
