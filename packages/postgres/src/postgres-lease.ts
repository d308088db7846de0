import type { JobRecord, Lease, ProposedEvent, Settled } from '@hotline/core'
import { ClosedError, LeaseLostError, parseRecord } from '@hotline/core'
import type { JobStore } from './job-store.ts'
import type { PostgresCalls } from './postgres-calls.ts'

/** What a lease works with. */
export interface LeaseDesk {
  readonly calls: PostgresCalls
  readonly store: JobStore
  readonly leaseMs: number
  readonly onEnd: (lease: PostgresLease) => void
}

/** The right to run one attempt: its number is the fencing token, and the server's clock tells how long. */
export class PostgresLease implements Lease {
  readonly job: JobRecord
  readonly input: string
  readonly #desk: LeaseDesk
  /** As of the latest answer. */
  #record: JobRecord
  /** Made when somebody asks: most attempts end without. */
  #lost: AbortController | undefined
  #lostBecause: LeaseLostError | undefined
  #isClosed = false

  constructor(desk: LeaseDesk, job: JobRecord, input: string) {
    this.#desk = desk
    this.job = job
    this.#record = job
    this.input = input
  }

  get lost(): AbortSignal {
    this.#lost ??= new AbortController()
    if (this.#lostBecause !== undefined) this.#lost.abort(this.#lostBecause)
    return this.#lost.signal
  }

  async extend(): Promise<JobRecord> {
    this.#check('extend a lease')
    if (this.#lostBecause !== undefined) throw this.#lostBecause
    const { calls, leaseMs } = this.#desk
    const { id, attempt } = this.job
    const [row] = await calls.run('extend', 'extend a lease', id, attempt, leaseMs, this.#record.seq)
    if (row === undefined) throw this.lose('the attempt is not the open one any more')
    if (typeof row.record === 'string')
      this.#record = parseRecord(id, { record: row.record, start: String(row.start) })
    return this.#record
  }

  async settle(outcome: readonly ProposedEvent[]): Promise<Settled> {
    this.#check('settle a job')
    const { store, onEnd } = this.#desk
    const settled = await store.write(this.job.id, this.#record, outcome)
    if (settled.record !== undefined) this.#record = settled.record
    if (settled.accepted) onEnd(this)
    else if (settled.why !== 'cancelling') this.lose(`its outcome was refused: ${settled.why}`)
    return settled
  }

  /** The transport was closed: the holder may do nothing more with it, and the lease lapses. */
  close(): void {
    this.#isClosed = true
    this.lose('its transport was closed')
  }

  /** Tells the holder, once. */
  lose(problem: string): LeaseLostError {
    if (this.#lostBecause !== undefined) return this.#lostBecause
    const { id, attempt } = this.job
    this.#lostBecause = new LeaseLostError({ jobId: id, attempt, problem })
    this.#lost?.abort(this.#lostBecause)
    this.#desk.onEnd(this)
    return this.#lostBecause
  }

  #check(call: string): void {
    if (this.#isClosed) throw new ClosedError({ what: 'postgres transport', call })
  }
}
