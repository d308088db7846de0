import type { AppendOutcome, JobRecord, Lease, ProposedEvent } from '@hotline/core'
import { LeaseLostError } from '@hotline/core'
import { closedError } from './call-errors.ts'
import type { JobStore } from './job-store.ts'

/** The lease of one attempt. Once lost it stays lost, though the holder may still come to be told so. */
export class RabbitMQLease implements Lease {
  readonly job: JobRecord
  readonly input: string
  readonly #store: JobStore
  readonly #onEnd: (lease: RabbitMQLease) => void
  /** Made when somebody asks: most attempts end without. */
  #lost: AbortController | undefined
  #lostBecause: LeaseLostError | undefined
  #isClosed = false

  constructor(store: JobStore, job: JobRecord, input: string, onEnd: (lease: RabbitMQLease) => void) {
    this.#store = store
    this.job = job
    this.input = input
    this.#onEnd = onEnd
  }

  get lost(): AbortSignal {
    this.#lost ??= new AbortController()
    if (this.#lostBecause !== undefined) this.#lost.abort(this.#lostBecause)
    return this.#lost.signal
  }

  async extend(): Promise<JobRecord> {
    this.#check('extend a lease')
    if (this.#lostBecause !== undefined) throw this.#lostBecause
    const { id, attempt } = this.job
    const record = await this.#store.extend(id, attempt)
    this.look(record)
    if (this.#lostBecause !== undefined) throw this.#lostBecause
    return record ?? this.job
  }

  async settle(outcome: readonly ProposedEvent[]): Promise<AppendOutcome> {
    this.#check('settle a job')
    const settled = await this.#store.append(outcome, 'settle a job')
    if (settled.accepted) this.#onEnd(this)
    else if (settled.why !== 'cancelling') this.lose(`its outcome was refused: ${settled.why}`)
    return settled
  }

  /** Loses the lease, if this record of its job says so. */
  look(record: JobRecord | undefined): void {
    if (record?.state === 'running' && record.attempt === this.job.attempt) return
    this.lose(
      record === undefined ? 'the job is gone' : `the job is ${record.state}, at attempt ${record.attempt}`,
    )
  }

  /** The transport was closed: the holder may do nothing more with it, and the lease lapses. */
  close(): void {
    this.#isClosed = true
    this.lose('its transport was closed')
  }

  /** Tells the holder, once. */
  lose(problem: string): void {
    if (this.#lostBecause !== undefined) return
    const { id, attempt } = this.job
    this.#lostBecause = new LeaseLostError({ jobId: id, attempt, problem })
    this.#lost?.abort(this.#lostBecause)
    this.#onEnd(this)
  }

  #check(call: string): void {
    if (this.#isClosed) throw closedError(call)
  }
}
