import { BulkEnqueueError } from '../error.ts'
import type { EnqueueOutcome, JobQueue, NewJob } from '../transport/transport.ts'

/** Jobs in one call to the backend. As many again are drafted and prepared while it works. */
const CHUNK = 128

/** Stores jobs in order, a chunk at a time, and keeps account of what is stored if it has to stop. */
export class BulkEnqueue<Handle> {
  readonly #task: string
  readonly #queue: JobQueue
  readonly #accept: (job: NewJob, outcome: EnqueueOutcome | undefined) => Handle
  readonly #stored: Handle[] = []
  #chunk: NewJob[] = []
  /** Items that the backend has answered for. */
  #sent = 0
  #underWay: Promise<void> = Promise.resolve()

  /** `accept` makes the handle of a stored job, or throws if the outcome is not what was asked for. */
  constructor(
    task: string,
    queue: JobQueue,
    accept: (job: NewJob, outcome: EnqueueOutcome | undefined) => Handle,
  ) {
    this.#task = task
    this.#queue = queue
    this.#accept = accept
  }

  /** Takes the next item. @throws BulkEnqueueError; the items before a bad one are then stored. */
  async add(draft: () => Promise<NewJob>): Promise<void> {
    const drafted = await draft().catch(async (cause: unknown) => {
      await this.#settled()
      throw this.#stop(this.#sent, cause)
    })
    this.#chunk.push(drafted)
    if (this.#chunk.length === CHUNK) await this.#flush()
  }

  /** Stores the rest. @throws BulkEnqueueError */
  async end(): Promise<readonly Handle[]> {
    await this.#settled()
    return this.#stored
  }

  async #settled(): Promise<void> {
    await this.#flush()
    await this.#underWay
  }

  /** Hands over the chunk, to be stored after the one before: order is kept. Resolves when that one is stored. */
  async #flush(): Promise<void> {
    const before = this.#underWay
    const jobs = this.#chunk
    this.#chunk = []
    if (jobs.length > 0) {
      this.#underWay = this.#store(jobs, before)
      // Whoever comes next awaits it; until then a rejection is nobody's.
      this.#underWay.catch(() => {})
    }
    await before
  }

  async #store(jobs: readonly NewJob[], before: Promise<void>): Promise<void> {
    const outcomes = await this.#queue.enqueue(jobs, before).catch(async (cause: unknown) => {
      await before
      throw this.#stop(this.#sent, cause)
    })
    let refused: { readonly index: number; readonly cause: unknown } | undefined
    for (const [offset, job] of jobs.entries()) {
      try {
        this.#stored.push(this.#accept(job, outcomes[offset]))
      } catch (cause) {
        refused ??= { index: this.#sent + offset, cause }
      }
    }
    this.#sent += jobs.length
    if (refused !== undefined) throw this.#stop(refused.index, refused.cause)
  }

  #stop(index: number, cause: unknown): BulkEnqueueError<Handle> {
    return new BulkEnqueueError({ task: this.#task, index, next: this.#sent, stored: this.#stored, cause })
  }
}
