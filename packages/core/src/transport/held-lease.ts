import { ClosedError, LeaseLostError } from '../error.ts'
import type { ProposedEvent } from '../job/event.ts'
import type { JobRecord } from '../job/record.ts'
import type { Lease, NextJob, Settled } from './transport.ts'

/** Why a lease is gone, or the job's record as it is now. */
export type Renewal = { readonly lost: string } | { readonly record: JobRecord }

/** What a backend does about the leases it granted. */
export interface LeaseKeeper {
  /** The transport's name, for errors. */
  readonly transport: string
  /** Holds on for another lease, if `job.attempt` is still the open one. `seen` is the record as of the latest answer. */
  extend(job: JobRecord, seen: JobRecord): Promise<Renewal>
  settle(
    job: JobRecord,
    seen: JobRecord,
    outcome: readonly ProposedEvent[],
    next?: NextJob | undefined,
  ): Promise<Settled>
}

/**
 * For adapters: the lease of one attempt. Once lost it stays lost, though the holder may still come to be told so.
 *
 *   held --settled, accepted--> over
 *   held --refused by `extend`, or by `settle` but for `cancelling`--> lost
 *   held --`lose`, or the transport is closed--> lost
 */
export class HeldLease implements Lease {
  readonly job: JobRecord
  readonly input: string
  readonly #keeper: LeaseKeeper
  readonly #onEnd: (lease: HeldLease) => void
  /** As of the latest answer. */
  #seen: JobRecord
  /** Made when somebody asks: most attempts end without. */
  #lost: AbortController | undefined
  #lostBecause: LeaseLostError | undefined
  #isClosed = false

  constructor(keeper: LeaseKeeper, job: JobRecord, input: string, onEnd: (lease: HeldLease) => void) {
    this.job = job
    this.input = input
    this.#keeper = keeper
    this.#seen = job
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
    const renewal = await this.#keeper.extend(this.job, this.#seen)
    if ('lost' in renewal) throw this.lose(renewal.lost)
    this.#seen = renewal.record
    return renewal.record
  }

  async settle(outcome: readonly ProposedEvent[], next?: NextJob): Promise<Settled> {
    this.#check('settle a job')
    const settled = await this.#keeper.settle(this.job, this.#seen, outcome, next)
    if (settled.record !== undefined) this.#seen = settled.record
    if (settled.accepted) this.#onEnd(this)
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
    this.#onEnd(this)
    return this.#lostBecause
  }

  #check(call: string): void {
    if (this.#isClosed) throw new ClosedError({ what: `${this.#keeper.transport} transport`, call })
  }
}
