import { ClosedError, LeaseLostError } from '../error.ts'
import type { ProposedEvent } from '../job/event.ts'
import type { JobRecord } from '../job/record.ts'
import type { AppendOutcome, Lease } from '../transport/transport.ts'
import type { MemoryBackend, StoredJob } from './memory-backend.ts'

/** The lease of one attempt. Once lost it stays lost, though the holder may still come to be told so. */
export class MemoryLease implements Lease {
  readonly job: JobRecord
  readonly input: string
  readonly #backend: MemoryBackend
  readonly #stored: StoredJob
  readonly #onEnd: (lease: MemoryLease) => void
  /** Made when somebody asks: most attempts end without. */
  #lost: AbortController | undefined
  #lostBecause: LeaseLostError | undefined
  #isClosed = false

  constructor(backend: MemoryBackend, stored: StoredJob, onEnd: (lease: MemoryLease) => void) {
    this.job = stored.record
    this.input = stored.input
    this.#backend = backend
    this.#stored = stored
    this.#onEnd = onEnd
    stored.onLapse = () => this.lose('it was not renewed in time')
  }

  get lost(): AbortSignal {
    this.#lost ??= new AbortController()
    if (this.#lostBecause !== undefined) this.#lost.abort(this.#lostBecause)
    return this.#lost.signal
  }

  async extend(): Promise<JobRecord> {
    if (this.#isClosed) throw new ClosedError({ what: 'memory transport', call: 'extend a lease' })
    const { record } = this.#stored
    const isHeld = record.state === 'running' && record.attempt === this.job.attempt
    if (!isHeld) this.lose(`the job is ${record.state}, at attempt ${record.attempt}`)
    if (this.#lostBecause !== undefined) throw this.#lostBecause
    this.#backend.extend(this.#stored)
    return record
  }

  async settle(outcome: readonly ProposedEvent[]): Promise<AppendOutcome> {
    if (this.#isClosed) throw new ClosedError({ what: 'memory transport', call: 'settle a job' })
    const settled = this.#backend.append(outcome)
    if (settled.accepted || settled.why !== 'cancelling') this.#onEnd(this)
    if (!settled.accepted && settled.why !== 'cancelling')
      this.lose(`its outcome was refused: ${settled.why}`)
    return settled
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
}
