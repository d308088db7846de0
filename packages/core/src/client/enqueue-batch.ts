import { loadTracing } from '../telemetry/tracing.ts'
import type { EnqueueOutcome, JobQueue, NewJob } from '../transport/transport.ts'

interface Pending {
  readonly job: NewJob
  readonly resolve: (outcome: EnqueueOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Most jobs in one call to the backend. */
const MOST = 500

/** Joins the `enqueue` calls of one tick into one call to the backend. */
export class EnqueueBatch {
  readonly #queue: JobQueue
  #pending: Pending[] = []

  constructor(queue: JobQueue) {
    this.#queue = queue
  }

  /** Resolves when the job is stored, with the trace of the caller, or below the one that it has. */
  async add(job: NewJob): Promise<EnqueueOutcome> {
    const { jobId: id, task, queue, traceparent: given } = job.queued
    const tracing = await loadTracing()
    return tracing.enqueue({ id, task, queue }, given, (traceparent) =>
      this.#add(traceparent === given ? job : { ...job, queued: { ...job.queued, traceparent } }),
    )
  }

  #add(job: NewJob): Promise<EnqueueOutcome> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ job, resolve, reject })
      if (this.#pending.length === 1) queueMicrotask(() => this.#flush())
      if (this.#pending.length === MOST) this.#flush()
    })
  }

  #flush(): void {
    const batch = this.#pending
    this.#pending = []
    if (batch.length > 0) void this.#send(batch)
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    try {
      const outcomes = await this.#queue.enqueue(batch.map(({ job }) => job))
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index]
        if (outcome === undefined)
          reject(new Error('The transport answered for fewer jobs than it was given.'))
        else resolve(outcome)
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
