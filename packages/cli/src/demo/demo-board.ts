import type { EventOf, HotlineEvent, JobId, WorkerPresence } from '@hotline/core'

/** A job in a slot, as the screen shows it. Times in ms since 1970. */
export interface BusySlot {
  readonly jobId: JobId
  readonly task: string
  readonly attempt: number
  readonly since: number
  /** From 0 to 1, once the job has reported. */
  progress: number | undefined
  isStopping: boolean
}

/** How many jobs came to what, and how many attempts did. */
export interface DemoCounts {
  queued: number
  succeeded: number
  failed: number
  cancelled: number
  expired: number
  retried: number
  lost: number
}

type JobNews = Extract<HotlineEvent, { jobId: JobId }>

/** What the demo's screen shows: a fold of the events, and the memory of each slot from the heartbeats. */
export class DemoBoard {
  readonly slots: Map<number, BusySlot> = new Map()
  readonly rss: Map<number, number> = new Map()
  readonly counts: DemoCounts = {
    queued: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    expired: 0,
    retried: 0,
    lost: 0,
  }
  limit = 0
  arithmetic = ''
  peakRunning = 0
  peakHeldIdle = 0
  readonly #slotOf = new Map<JobId, number>()
  /** Slots of all workers, numbered as they are first heard of. */
  readonly #numbers = new Map<string, number>()

  get running(): number {
    return this.slots.size
  }

  /** Jobs that wait for a slot. */
  get waiting(): number {
    const { queued, succeeded, failed, cancelled, expired } = this.counts
    return queued - succeeded - failed - cancelled - expired - this.running
  }

  see(event: HotlineEvent): void {
    if (event.type === 'worker.online') {
      this.limit += event.limit
      this.arithmetic = [this.arithmetic, event.arithmetic].filter((text) => text !== '').join('; ')
    }
    if ('jobId' in event) this.#seeJob(event)
  }

  /** Takes a heartbeat. */
  feel({ worker, slots, held, running }: WorkerPresence): void {
    this.peakHeldIdle = Math.max(this.peakHeldIdle, held - running)
    // A process that has just ended has no memory left to tell of.
    for (const { slot, rss } of slots)
      if (rss !== undefined && rss > 0) this.rss.set(this.#numberOf(worker, slot), rss)
  }

  #seeJob(event: JobNews): void {
    const { counts } = this
    const busy = this.slots.get(this.#slotOf.get(event.jobId) ?? -1)
    switch (event.type) {
      case 'job.queued':
        counts.queued += 1
        break
      case 'job.started':
        this.#start(event)
        break
      case 'job.progress':
        if (busy !== undefined) busy.progress = shareOf(event.progress)
        break
      case 'job.cancelling':
        if (busy !== undefined) busy.isStopping = true
        break
      case 'job.succeeded':
      case 'job.failed':
      case 'job.cancelled':
      case 'job.expired':
        counts[FINAL[event.type]] += 1
        this.#free(event.jobId)
        break
      case 'job.retrying':
      case 'job.lost':
        counts[event.type === 'job.lost' ? 'lost' : 'retried'] += 1
        this.#free(event.jobId)
        break
      case 'job.released':
        this.#free(event.jobId)
    }
  }

  #start({ jobId, task, attempt, at, worker, slot }: EventOf<'job.started'>): void {
    const number = this.#numberOf(worker, slot)
    this.slots.set(number, { jobId, task, attempt, since: at, progress: undefined, isStopping: false })
    this.#slotOf.set(jobId, number)
    this.peakRunning = Math.max(this.peakRunning, this.running)
  }

  #numberOf(worker: string, slot: number): number {
    const name = `${worker}/${slot}`
    const number = this.#numbers.get(name) ?? this.#numbers.size
    this.#numbers.set(name, number)
    return number
  }

  #free(jobId: JobId): void {
    this.slots.delete(this.#slotOf.get(jobId) ?? -1)
    this.#slotOf.delete(jobId)
  }
}

const FINAL = {
  'job.succeeded': 'succeeded',
  'job.failed': 'failed',
  'job.cancelled': 'cancelled',
  'job.expired': 'expired',
} as const

function shareOf(progress: unknown): number | undefined {
  if (typeof progress !== 'object' || progress === null || !('done' in progress)) return undefined
  return typeof progress.done === 'number' ? progress.done : undefined
}
