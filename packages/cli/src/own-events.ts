import type { EventType, HotlineEvent, JobId } from '@hotline/core'

/** After these a worker has nothing to do with the job any more. */
const PARTINGS: ReadonlySet<EventType> = new Set([
  ...(['job.succeeded', 'job.retrying', 'job.failed', 'job.cancelled'] as const),
  ...(['job.lost', 'job.released', 'job.expired'] as const),
])

/** Tells the events of one worker from those of others: its own notices, and those of jobs from start to parting. */
export class OwnEvents {
  readonly #worker: string
  readonly #jobs = new Set<JobId>()

  constructor(worker: string) {
    this.#worker = worker
  }

  /** To be asked once for each event, in order. */
  include(event: HotlineEvent): boolean {
    if ('worker' in event && event.worker !== this.#worker) return false
    if (!('jobId' in event)) return 'worker' in event
    if (event.type === 'job.started') this.#jobs.add(event.jobId)
    const isOwn = this.#jobs.has(event.jobId)
    if (PARTINGS.has(event.type)) this.#jobs.delete(event.jobId)
    return isOwn
  }
}
