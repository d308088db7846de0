import type { JobId } from '../job/job-id.ts'

/** One attempt that the log says is under way: in the hands of a worker from `startedAt` on. */
export interface OpenAttempt {
  readonly jobId: JobId
  readonly attempt: number
  readonly worker: string
  readonly slot: number
  readonly startedAt: number
  /** When it could have started at the earliest. */
  readonly dueAt: number
}

/** What one worker has in its hands, as the log tells it. */
export class WorkerLoad {
  readonly worker: string
  /** As of its latest `worker.online`; before one, as its heartbeat says; `undefined` while neither is known. */
  limit: number | undefined
  limitFrom: 'log' | 'heartbeat' | undefined
  /** When it said goodbye or fell silent. */
  goneAt: number | undefined
  peakRunning = 0
  /** Most attempts at once that had no slot of their own. */
  peakHeldIdle = 0
  readonly #open = new Set<OpenAttempt>()

  /** `limit` = that of its heartbeat, for a worker whose `worker.online` the log may not have any more. */
  constructor(worker: string, limit?: number) {
    this.worker = worker
    this.limit = limit
    this.limitFrom = limit === undefined ? undefined : 'heartbeat'
  }

  get running(): number {
    return this.#open.size
  }

  online(limit: number): void {
    this.limit = limit
    this.limitFrom = 'log'
    this.goneAt = undefined
  }

  /** Its peaks are what it has now. */
  forgetPeaks(): void {
    const slots = new Set([...this.#open].map(({ slot }) => slot))
    this.peakRunning = this.running
    this.peakHeldIdle = this.running - slots.size
  }

  /** Takes an attempt in. Returns those that were in the same slot already. */
  start(opened: OpenAttempt): OpenAttempt[] {
    const before = [...this.#open].filter(({ slot }) => slot === opened.slot)
    this.#open.add(opened)
    const slots = new Set([...this.#open].map(({ slot }) => slot))
    this.peakRunning = Math.max(this.peakRunning, this.running)
    this.peakHeldIdle = Math.max(this.peakHeldIdle, this.running - slots.size)
    return before
  }

  end(opened: OpenAttempt): void {
    this.#open.delete(opened)
  }

  get open(): Iterable<OpenAttempt> {
    return this.#open
  }
}
