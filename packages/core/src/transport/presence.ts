import type { JobId } from '../job/job-id.ts'

/** A worker counts as silent, and is lost, after so many of its beats. */
export const SILENT_AFTER_BEATS = 3

/** What one slot does. `since`, `rss` (bytes) and `cpu` (0 to 1 per core) are of the job in it, if there is one. */
export interface SlotPresence {
  readonly slot: number
  readonly pid?: number | undefined
  readonly job?:
    | { readonly id: JobId; readonly task: string; readonly attempt: number; readonly since: number }
    | undefined
  readonly rss?: number | undefined
  readonly cpu?: number | undefined
}

/** A worker's heartbeat: current for whoever asks, never kept for ever. */
export interface WorkerPresence {
  readonly worker: string
  readonly host: string
  readonly pid: number
  readonly queues: readonly string[]
  readonly tasks: readonly string[]
  readonly startedAt: number
  readonly seenAt: number
  /** The next heartbeat comes within this many ms. */
  readonly everyMs: number
  readonly state: 'running' | 'draining'
  readonly limit: number
  /** Jobs whose lease it holds. */
  readonly held: number
  /** Jobs whose handler runs in one of its slots. Never less than `held` by more than the hand-over of one message. */
  readonly running: number
  readonly supervisorRss: number
  /** What its machine, or its container, has, in bytes. Missing in heartbeats of before. */
  readonly memory?: number | undefined
  readonly slots: readonly SlotPresence[]
}
