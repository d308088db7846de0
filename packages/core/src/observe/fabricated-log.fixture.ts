/** A log that a test writes by hand. */
import type { HotlineEvent } from '../events/event.ts'
import type { Notice } from '../events/notice.ts'
import type { JobEvent, JobEventBodies, JobEventType } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import { createJobIdFactory } from '../job/job-id.ts'

const limits = {
  attempts: 3,
  crashLimit: 3,
  backoff: { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
  retentionMs: 1e9,
}
export const USAGE = { runMs: 90, cpuMs: 90, peakRss: 1 }
export const ERROR = { name: 'Error', message: 'no' }

/** Writes a log by hand: what the test says happened, with the fields that every event has. */
export class FabricatedLog {
  readonly events: HotlineEvent[] = []
  readonly #seqs = new Map<string, number>()
  readonly #newId: () => JobId
  #cursor = 0

  /** Ids are made at `now`, in ms since 1970. */
  constructor(now?: () => number) {
    this.#newId = createJobIdFactory(now === undefined ? {} : { now })
  }

  worker(worker: string, limit: number, at = 0): this {
    return this.#push({
      v: 1,
      at,
      type: 'worker.online',
      worker,
      limit,
      host: 'h',
      pid: 1,
      isolation: 'process',
      queues: ['default'],
      tasks: ['t'],
      arithmetic: '',
    })
  }

  gone(worker: string, at: number): this {
    return this.#push({ v: 1, at, type: 'worker.lost', worker, lastSeen: at })
  }

  gap(at: number): this {
    this.events.push({ v: 1, type: 'stream.gap', at, from: '1', cursor: String(this.#cursor) })
    return this
  }

  queued(at = 0): JobId {
    const id = this.#newId()
    this.job(id, 'job.queued', at, 0, {
      bytes: 2,
      digest: '',
      priority: 'normal',
      runAt: at,
      limits,
      tags: [],
    })
    return id
  }

  /** A job event; `skip` leaves a hole of that many events before it. */
  job<T extends JobEventType>(
    jobId: JobId,
    type: T,
    at: number,
    attempt: number,
    body: JobEventBodies[T],
    skip = 0,
  ): this {
    const seq = (this.#seqs.get(jobId) ?? 0) + 1 + skip
    this.#seqs.set(jobId, seq)
    return this.#push({ v: 1, seq, at, jobId, task: 't', queue: 'default', attempt, type, ...body } as never)
  }

  start(jobId: JobId, at: number, worker: string, slot: number, attempt = 1): this {
    return this.job(jobId, 'job.started', at, attempt, { worker, slot, pid: 1, waitMs: at })
  }

  succeed(jobId: JobId, at: number, runMs = 90, attempt = 1): this {
    return this.job(jobId, 'job.succeeded', at, attempt, { ...USAGE, runMs, result: null })
  }

  #push(event: JobEvent | Notice): this {
    this.#cursor += 1
    this.events.push({ ...event, cursor: String(this.#cursor) })
    return this
  }
}
